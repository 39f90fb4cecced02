using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Runnel.Benchmarks;

/// <summary>The limit: bytes appended to a plain, growing file, which is synced after each group.</summary>
internal sealed partial class RawLog : IDisposable
{
    private readonly SafeFileHandle _file;
    private long _length;

    public RawLog(string directory) => _file = File.OpenHandle(Path.Combine(directory, "raw.log"), FileMode.CreateNew, FileAccess.ReadWrite);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
        if (SyncData(_file) != 0) throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);
}

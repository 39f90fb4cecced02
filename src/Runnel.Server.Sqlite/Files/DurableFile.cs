using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Files;

/// <summary>
/// Files whose bytes are on the device when a call returns. On Linux it calls the C library, because .NET's own flush was seen to
/// return normally although <c>fsync</c> had failed (runtime 10.0.12).
/// </summary>
internal static partial class DurableFile
{
    private const int EINTR = 4;
    private const int EIO = 5;
    private const int ENOSPC = 28;
    private const int EDQUOT = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int ReadOnlyDirectory = 0x10000;   // O_RDONLY | O_DIRECTORY on Linux

    /// <summary>Writes the file as a whole: whoever opens it, also after a crash, finds the old bytes or the new.</summary>
    /// <exception cref="StreamStoreException">The device has no room, or failed.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var next = path + ".next";
        try
        {
            using (var handle = File.OpenHandle(next, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(handle, bytes, 0);
                Sync(handle, next);
            }
            File.Move(next, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StreamStoreException(FaultOf(exception.HResult), $"{path} cannot be written: {exception.Message}", exception);
        }
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes what was written to a file durable.</summary>
    /// <exception cref="StreamStoreException">The device failed.</exception>
    public static void Sync(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Sync(handle, path);
    }

    /// <summary>Makes the names in <paramref name="directory"/> durable, where the system can.</summary>
    /// <exception cref="StreamStoreException">The device failed.</exception>
    public static void SyncDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = OpenForReading(directory, ReadOnlyDirectory);
        if (descriptor < 0) throw Failed(directory, Marshal.GetLastPInvokeError());
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Sync(handle, directory);
    }

    /// <summary>
    /// Makes the name of <paramref name="directory"/> durable, and the names of all directories above it. One that may not be opened
    /// or cannot be synced is passed over: somebody else made it, long ago.
    /// </summary>
    /// <exception cref="StreamStoreException">The device failed.</exception>
    public static void SyncNamesAbove(string directory)
    {
        for (var above = Path.GetDirectoryName(directory); above is not null; above = Path.GetDirectoryName(above))
        {
            try
            {
                SyncDirectory(above);
            }
            catch (StreamStoreException exception) when (exception.InnerException is not Win32Exception { NativeErrorCode: EIO })
            {
                // As it was before.
            }
        }
    }

    /// <summary>The text of a file that another process may have locked; <c>null</c> if it cannot be had.</summary>
    public static string? ReadLocked(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var descriptor = OpenForReading(path, 0);
        if (descriptor < 0) return null;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Span<byte> bytes = stackalloc byte[64];
        return System.Text.Encoding.UTF8.GetString(bytes[..RandomAccess.Read(handle, bytes, 0)]).Trim();
    }

    /// <summary>Whether a failed call found no room, or worse.</summary>
    public static StoreFault FaultOf(int error) => error is ENOSPC or EDQUOT or WindowsDiskFull ? StoreFault.Full : StoreFault.Failed;

    private static void Sync(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
            return;
        }
        while (FileSync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != EINTR) throw Failed(path, error);
        }
    }

    // A sync that fails is never "full": what it was to write may be lost already.
    private static StreamStoreException Failed(string path, int error) =>
        new(StoreFault.Failed, $"The device failed to sync {path}: {Marshal.GetPInvokeErrorMessage(error)}.", new Win32Exception(error));

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FileSync(SafeFileHandle descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenForReading(string path, int flags);
}

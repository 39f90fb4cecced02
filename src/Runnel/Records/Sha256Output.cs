using System.Buffers;
using System.Security.Cryptography;

namespace Runnel.Records;

/// <summary>Hashes what is written to it, holding no more than one buffer of it.</summary>
internal sealed class Sha256Output : IBufferWriter<byte>, IDisposable
{
    // Large enough that most records fit and the hash takes big bites.
    private const int BufferSize = 16 * 1024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[BufferSize];
    private int _filled;

    public void Advance(int count) => _filled += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_buffer.Length - _filled < wanted) Flush();
        if (_buffer.Length < wanted) _buffer = new byte[wanted];
        return _buffer.AsMemory(_filled);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>The hash of all that was written, in lower-case hexadecimal digits; begins anew.</summary>
    public string Finish()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer.AsSpan(0, _filled));
        _filled = 0;
    }
}

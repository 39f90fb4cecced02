using System.Buffers.Binary;
using System.Text;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Writes the journal's bytes into a buffer that is used again for the next commit.</summary>
internal sealed class ByteWriter
{
    // What one large commit needed is given back, so that it is not held for ever.
    private const int KeptCapacity = 4 * 1024 * 1024;

    private byte[] _bytes = new byte[64 * 1024];

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeptCapacity) _bytes = new byte[64 * 1024];
    }

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Writes a number that is not negative: seven bits a byte, the lowest first.</summary>
    public void WriteNumber(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        for (; number >= 0x80; number >>= 7) WriteByte((byte)(number | 0x80));
        WriteByte((byte)number);
    }

    public void WriteHash(UInt128 hash) => BinaryPrimitives.WriteUInt128BigEndian(Reserve(16), hash);

    public void WriteText(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        WriteNumber(count);
        Encoding.UTF8.GetBytes(text, Reserve(count));
    }

    private Span<byte> Reserve(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Math.Max(needed, 2L * _bytes.Length), Array.MaxLength));
        var span = _bytes.AsSpan(Length, count);
        Length = needed;
        return span;
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Never reads past the end, whatever the bytes say.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public readonly int Remaining => _bytes.Length - Position;

    /// <exception cref="FormatException">There is no byte left.</exception>
    public byte ReadByte() => ReadBytes(1)[0];

    /// <exception cref="FormatException">There are not as many bytes left.</exception>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)Remaining) throw new FormatException($"{count} bytes are expected and {Remaining} are left.");
        var read = _bytes.Slice(Position, count);
        Position += count;
        return read;
    }

    /// <exception cref="FormatException">There is none, or it is written with more bytes than it needs.</exception>
    public long ReadNumber()
    {
        var number = 0L;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = ReadByte();
            number |= (long)(next & 0x7F) << shift;
            if (next < 0x80) return next > 0 || shift == 0 ? number : throw new FormatException("A number has an empty last byte.");
        }
        throw new FormatException("A number is beyond 2^63.");
    }

    /// <summary>A number that counts things of which each takes a byte at least: so a wrong one cannot ask for memory without end.</summary>
    /// <exception cref="FormatException">There is none, or not as many bytes are left.</exception>
    public int ReadCount()
    {
        var count = ReadNumber();
        return count <= Remaining ? (int)count : throw new FormatException($"{count} things are announced in {Remaining} bytes.");
    }

    /// <exception cref="FormatException">There is none.</exception>
    public UInt128 ReadHash() => BinaryPrimitives.ReadUInt128BigEndian(ReadBytes(16));

    /// <exception cref="FormatException">There is none, or it is not UTF-8.</exception>
    public string ReadText()
    {
        try
        {
            return Utf8.GetString(ReadBytes(ReadCount()));
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("A text is not UTF-8.", exception);
        }
    }
}

using System.Security.Cryptography;

namespace Runnel;

/// <summary>Where random ids come from; handed in, so that a simulation can repeat itself. Safe for use by many threads.</summary>
public abstract class IdSource
{
    /// <summary>The operating system's cryptographic random numbers.</summary>
    public static IdSource System { get; } = new SystemIdSource();

    /// <summary>Fills <paramref name="bytes"/> with random bytes.</summary>
    public abstract void Fill(Span<byte> bytes);

    /// <summary>A random id of 128 bits: 32 lower-case hexadecimal digits. For clients, stream ids and nonces.</summary>
    public string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>A UUIDv7 (RFC 9562, 5.7) for a new object: sorts by time of making, for people and indexes, never for merging.</summary>
    public string NewObjectId(TimeProvider time)
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++) bytes[i] = (byte)(milliseconds >> (40 - 8 * i));
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    private sealed class SystemIdSource : IdSource
    {
        public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }
}

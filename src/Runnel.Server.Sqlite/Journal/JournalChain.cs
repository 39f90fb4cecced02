using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// The hash that ties each commit to the one before: over its number, that one's hash and its own directory. The directory holds the
/// checksums of the events, so that a flipped bit in events breaks one stream and not the chain.
/// </summary>
internal sealed class JournalChain : IDisposable
{
    /// <summary>How many bytes a hash has.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>What comes before the first commit.</summary>
    public static byte[] Before { get; } = new byte[Length];

    /// <summary>The hash of a commit.</summary>
    public byte[] Next(long number, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> directory)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        _hash.AppendData(bytes);
        _hash.AppendData(previous);
        _hash.AppendData(directory);
        return _hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}

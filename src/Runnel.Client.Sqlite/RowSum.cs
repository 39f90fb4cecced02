using System.IO.Hashing;
using System.Text;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Sqlite;

/// <summary>
/// The checksum of a row, its key included: SQLite does not notice a byte that has changed on the disk, and a changed edit would go to every device.
/// Not safe for use by several threads at once.
/// </summary>
internal sealed class RowSum
{
    private readonly XxHash3 _hash = new();
    private byte[] _text = new byte[512];

    /// <summary>The sum of the row: XXH3 with 64 bits over kind, stream and name, each text with its length, and value.</summary>
    public long Of(LocalKey key, ReadOnlySpan<byte> value)
    {
        _hash.Append([(byte)key.Kind]);
        Append(key.Stream);
        Append(key.Name);
        _hash.Append(value);
        var sum = _hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        return unchecked((long)sum);
    }

    private void Append(string text)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) is var most && most > _text.Length) _text = new byte[most];
        var length = Encoding.UTF8.GetBytes(text, _text);
        _hash.Append(BitConverter.GetBytes(BitConverter.IsLittleEndian ? length : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(length)));
        _hash.Append(_text.AsSpan(0, length));
    }
}

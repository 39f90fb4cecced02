using System.IO.Hashing;
using System.Text;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Sqlite;

/// <summary>
/// Tells a row that is as it was written from one in which a bit has flipped, or that stands in another's place: SQLite looks at a page's
/// structure and not at what it holds. Not safe for use by several threads at once.
/// </summary>
internal sealed class RowChecksum
{
    private readonly XxHash64 _hash = new();
    private byte[] _text = new byte[256];

    /// <summary>The checksum of a row, over its key and its value.</summary>
    public long Of(LocalKey key, ReadOnlySpan<byte> value)
    {
        _hash.Reset();
        _hash.Append([(byte)key.Kind]);
        Append(key.Stream);
        Append(key.Name);
        _hash.Append(value);
        return unchecked((long)_hash.GetCurrentHashAsUInt64());
    }

    /// <summary>The same of a row whose texts are UTF-8 still.</summary>
    public long Of(int kind, ReadOnlySpan<byte> stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _hash.Reset();
        _hash.Append([(byte)kind]);
        _hash.Append(stream);
        _hash.Append([0xFF]);
        _hash.Append(name);
        _hash.Append([0xFF]);
        _hash.Append(value);
        return unchecked((long)_hash.GetCurrentHashAsUInt64());
    }

    // A byte that no text holds stands behind each.
    private void Append(string text)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) + 1 is var most && most > _text.Length) _text = new byte[most];
        var length = Encoding.UTF8.GetBytes(text, _text);
        _text[length] = 0xFF;
        _hash.Append(_text.AsSpan(0, length + 1));
    }
}

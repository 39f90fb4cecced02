using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Runnel;

/// <summary>Writes JSON in the canonical form of RFC 8785 (JSON Canonicalization Scheme), refusing what has none.</summary>
internal sealed class Canonicalizer
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\" + string.Concat(Enumerable.Range(0, 0x20).Select(code => (char)code)));

    // What a rare large value has grown is given back.
    private const int MaxKept = 16 * 1024;

    private byte[] _bytes = new byte[128];
    private int _length;
    private int _depth;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    /// <summary>Makes it as good as new; <c>false</c> if it has grown too large to be kept.</summary>
    public bool TryReset()
    {
        (_length, _depth) = (0, 0);
        return _bytes.Length <= MaxKept;
    }

    public bool TryWrite(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        error = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray: return TryWriteNested(ref reader, out error);
            case JsonTokenType.String: return TryWriteString(ref reader, out error);
            case JsonTokenType.Number: return TryWriteNumber(ref reader, out error);
            case JsonTokenType.True: Write("true"u8); return true;
            case JsonTokenType.False: Write("false"u8); return true;
            case JsonTokenType.Null: Write("null"u8); return true;
            default: throw new ArgumentException($"The reader stands on no JSON value, but on {reader.TokenType}.", nameof(reader));
        }
    }

    public void WriteArray(IEnumerable<CanonicalJson> elements)
    {
        var separator = "["u8;
        foreach (var element in elements)
        {
            Write(separator);
            Write(element.Utf8.Span);
            separator = ","u8;
        }
        Write(_length == 0 ? "[]"u8 : "]"u8);
    }

    public bool TryWriteObject(IEnumerable<KeyValuePair<string, CanonicalJson>> members, [NotNullWhen(false)] out string? error)
    {
        var written = new List<Member>();
        var start = _length;
        foreach (var (name, value) in members)
        {
            if (!TryBeginMember(name, written, out error)) return false;
            Write(value.Utf8.Span);
            EndMember(written);
        }
        return TryEndObject(written, start, out error);
    }

    public bool TryWriteString(string text)
    {
        if (!IsWellFormed(text)) return false;
        Write("\""u8);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAny(Escaped);
            var run = plain < 0 ? rest : rest[..plain];
            Write(run);
            if (plain < 0) break;
            WriteEscape(rest[plain]);
            rest = rest[(plain + 1)..];
        }
        Write("\""u8);
        return true;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Write(ReadOnlySpan<char> wellFormed)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(wellFormed.Length));
        _length += Encoding.UTF8.GetBytes(wellFormed, _bytes.AsSpan(_length));
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }

    private void WriteEscape(char character)
    {
        switch (character)
        {
            case '"': Write("\\\""u8); break;
            case '\\': Write("\\\\"u8); break;
            case '\b': Write("\\b"u8); break;
            case '\t': Write("\\t"u8); break;
            case '\n': Write("\\n"u8); break;
            case '\f': Write("\\f"u8); break;
            case '\r': Write("\\r"u8); break;
            default:
                Write("\\u00"u8);
                Write([HexDigit(character >> 4), HexDigit(character & 0xF)]);
                break;
        }

        static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
    }

    private bool TryWriteString(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (!reader.ValueIsEscaped && !reader.HasValueSequence && Utf8.IsValid(reader.ValueSpan))
        {
            Write("\""u8);
            Write(reader.ValueSpan);
            Write("\""u8);
            return true;
        }
        if (TryGetText(ref reader, out var text)) return TryWriteString(text);
        error = "A text is not well-formed Unicode.";
        return false;
    }

    /// <summary>Unescapes the text that <paramref name="reader"/> stands on; false if it is not well-formed Unicode.</summary>
    internal static bool TryGetText(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)   // the reader's way to say: invalid UTF-8, or an escaped lone surrogate
        {
            return false;
        }
    }

    /// <summary>As <see cref="TryGetText"/>, for a text that is likely to come again: a name.</summary>
    internal static bool TryGetName(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? name)
    {
        name = null;
        try
        {
            name = KnownNames.Read(ref reader);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Moves to the next token inside a value; a reader that has only a part of the input may not have it.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    internal static JsonTokenType ReadNext(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("The JSON value is not complete.");

    private bool TryWriteNumber(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        error = null;
        var written = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        if (CanonicalNumber.IsCanonical(written))
        {
            Write(written);
            return true;
        }
        if (!CanonicalNumber.TryFormat(written, out var text))
        {
            error = $"No double holds the number {Excerpt.Of(Encoding.ASCII.GetString(written))} exactly; write it as a string.";
            return false;
        }
        Write(text);
        return true;
    }

    private bool TryWriteNested(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        // Counted here, for the reader's own limit also counts what surrounds the value, and is its owner's to choose.
        if (_depth == CanonicalJson.MaxDepth)
        {
            error = CanonicalJson.TooDeep;
            return false;
        }
        _depth++;
        var valid = reader.TokenType == JsonTokenType.StartObject ? TryWriteObject(ref reader, out error) : TryWriteArray(ref reader, out error);
        _depth--;
        return valid;
    }

    private bool TryWriteArray(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        Write("["u8);
        for (var first = true; ReadNext(ref reader) != JsonTokenType.EndArray; first = false)
        {
            if (!first) Write(","u8);
            if (!TryWrite(ref reader, out error)) return false;
        }
        Write("]"u8);
        error = null;
        return true;
    }

    private bool TryWriteObject(ref Utf8JsonReader reader, [NotNullWhen(false)] out string? error)
    {
        var written = new List<Member>();
        var start = _length;
        while (ReadNext(ref reader) != JsonTokenType.EndObject)
        {
            if (!TryGetName(ref reader, out var name))
            {
                error = "A name is not well-formed Unicode.";
                return false;
            }
            if (!TryBeginMember(name, written, out error)) return false;
            ReadNext(ref reader);
            if (!TryWrite(ref reader, out error)) return false;
            EndMember(written);
        }
        return TryEndObject(written, start, out error);
    }

    /// <summary>Writes the comma or brace before a member, its name and the colon.</summary>
    private bool TryBeginMember(string name, List<Member> written, [NotNullWhen(false)] out string? error)
    {
        error = null;
        Write(written.Count == 0 ? "{"u8 : ","u8);
        written.Add(new Member(name, _length, 0));
        if (!TryWriteString(name))
        {
            error = "A name holds a lone surrogate.";
            return false;
        }
        Write(":"u8);
        return true;
    }

    private void EndMember(List<Member> written) => written[^1] = written[^1] with { End = _length };

    /// <summary>Closes the object, whose members were written since <paramref name="start"/>, sorting them by UTF-16 units.</summary>
    private bool TryEndObject(List<Member> written, int start, [NotNullWhen(false)] out string? error)
    {
        if (written.Count == 0) Write("{"u8);
        if (!IsSorted(written))
        {
            written.Sort();
            if (FindTwin(written) is { } twin)
            {
                error = $"The key \"{Excerpt.Of(twin)}\" is there twice.";
                return false;
            }
            Rearrange(written, start);
        }
        Write("}"u8);
        error = null;
        return true;
    }

    /// <summary>Whether every name comes after the one before it, as in what was canonical already.</summary>
    private static bool IsSorted(List<Member> members)
    {
        for (var i = 1; i < members.Count; i++)
        {
            if (members[i - 1].CompareTo(members[i]) >= 0) return false;
        }
        return true;
    }

    private static string? FindTwin(List<Member> sorted)
    {
        for (var i = 1; i < sorted.Count; i++)
        {
            if (sorted[i - 1].CompareTo(sorted[i]) == 0) return sorted[i].Name;
        }
        return null;
    }

    private void Rearrange(List<Member> sorted, int start)
    {
        var asWritten = _bytes.AsSpan(start, _length - start).ToArray();
        _length = start;
        foreach (var member in sorted)
        {
            Write(_length == start ? "{"u8 : ","u8);
            Write(asWritten.AsSpan(member.Start - start, member.End - member.Start));
        }
    }

    /// <summary>Where a member stands among the written bytes.</summary>
    private readonly record struct Member(string Name, int Start, int End) : IComparable<Member>
    {
        public int CompareTo(Member other) => string.CompareOrdinal(Name, other.Name);
    }
}

using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Runnel;

/// <summary>
/// A JSON value in canonical form (RFC 8785): equal values have equal bytes, in every language. The default value is <c>null</c>.
/// </summary>
/// <remarks>
/// Refused, because replicas could not agree on them: duplicate keys, invalid UTF-8, lone surrogates, nesting deeper than
/// <see cref="MaxDepth"/>, and numbers that a double cannot hold exactly as written (write those as strings).
/// </remarks>
public readonly struct CanonicalJson : IEquatable<CanonicalJson>, IComparable<CanonicalJson>
{
    /// <summary>The deepest nesting of arrays and objects that is accepted.</summary>
    public const int MaxDepth = 64;

    internal const string TooDeep = "Arrays and objects nest at most 64 deep.";

    private static readonly byte[] NullUtf8 = "null"u8.ToArray();

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // One a thread: values are read far more often than kept, and most are smaller than the buffer.
    [ThreadStatic]
    private static Canonicalizer? _reading;

    private readonly ReadOnlyMemory<byte> _utf8;

    private CanonicalJson(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    /// <summary>The value <c>null</c>.</summary>
    public static CanonicalJson Null => default;

    /// <summary>The value <c>true</c>.</summary>
    public static CanonicalJson True { get; } = new("true"u8.ToArray());

    /// <summary>The value <c>false</c>.</summary>
    public static CanonicalJson False { get; } = new("false"u8.ToArray());

    /// <summary>The value's canonical bytes.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8.IsEmpty ? NullUtf8 : _utf8;

    /// <summary>What kind of value this is.</summary>
    public JsonValueKind Kind => Utf8.Span[0] switch
    {
        (byte)'{' => JsonValueKind.Object,
        (byte)'[' => JsonValueKind.Array,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    /// <summary>Whether this is neither an object nor an array.</summary>
    public bool IsScalar => Kind is not (JsonValueKind.Object or JsonValueKind.Array);

    /// <summary>Brings <paramref name="utf8"/> into canonical form, or says in <paramref name="error"/> why that cannot be.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out CanonicalJson value, [NotNullWhen(false)] out string? error)
    {
        value = default;
        // One level more than allowed, so that what is too deep is told in our own words.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            reader.Read();
            if (!TryRead(ref reader, out value, out error)) return false;
            if (!reader.Read()) return true;
            error = "There is more than one JSON value.";
            return false;
        }
        catch (JsonException exception)
        {
            error = exception.Message;
            return false;
        }
    }

    /// <summary>Brings <paramref name="json"/> into canonical form.</summary>
    /// <exception cref="FormatException">It is not JSON, or has no canonical form.</exception>
    public static CanonicalJson Parse(string json)
    {
        try
        {
            return TryParse(StrictUtf8.GetBytes(json), out var value, out var error) ? value : throw new FormatException(error);
        }
        catch (EncoderFallbackException exception)
        {
            throw new FormatException("The text holds a lone surrogate.", exception);
        }
    }

    /// <summary>
    /// Reads the value that <paramref name="reader"/> stands on, leaving it on the value's last token; <c>false</c>, with the
    /// reason, for a value without a canonical form, the reader then standing anywhere in it.
    /// </summary>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    /// <exception cref="ArgumentException"><paramref name="reader"/> stands on no value.</exception>
    public static bool TryRead(ref Utf8JsonReader reader, out CanonicalJson value, [NotNullWhen(false)] out string? error)
    {
        var canonicalizer = _reading ?? new Canonicalizer();
        _reading = null;
        var valid = canonicalizer.TryWrite(ref reader, out error);
        value = valid ? new CanonicalJson(canonicalizer.ToArray()) : default;
        if (canonicalizer.TryReset()) _reading = canonicalizer;
        return valid;
    }

    /// <summary>A JSON string.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> holds a lone surrogate.</exception>
    public static CanonicalJson FromString(string text)
    {
        var canonicalizer = new Canonicalizer();
        if (!canonicalizer.TryWriteString(text)) throw new FormatException("The text holds a lone surrogate.");
        return new CanonicalJson(canonicalizer.ToArray());
    }

    /// <summary>A JSON number; one that no double holds becomes the nearest double.</summary>
    public static CanonicalJson FromNumber(long number) =>
        Math.Abs((double)number) < CanonicalNumber.ExactIntegerLimit
            ? new CanonicalJson(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
            : FromNumber((double)number);

    /// <summary>A JSON number.</summary>
    /// <exception cref="FormatException"><paramref name="number"/> is infinite or not a number.</exception>
    public static CanonicalJson FromNumber(double number) =>
        double.IsFinite(number)
            ? new CanonicalJson(Encoding.ASCII.GetBytes(CanonicalNumber.Format(number)))
            : throw new FormatException("JSON has no infinity and no NaN.");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static CanonicalJson FromBoolean(bool value) => value ? True : False;

    /// <summary>A JSON array of <paramref name="elements"/>, in their order.</summary>
    /// <exception cref="FormatException">It would nest deeper than <see cref="MaxDepth"/>.</exception>
    public static CanonicalJson FromArray(IEnumerable<CanonicalJson> elements)
    {
        var canonicalizer = new Canonicalizer();
        canonicalizer.WriteArray(elements);
        return new CanonicalJson(canonicalizer.ToArray()).Checked();
    }

    /// <summary>A JSON object of <paramref name="members"/>, sorted by name as RFC 8785 has it.</summary>
    /// <exception cref="FormatException">
    /// A name is there twice, or holds a lone surrogate; or it would nest deeper than <see cref="MaxDepth"/>.
    /// </exception>
    public static CanonicalJson FromObject(IEnumerable<KeyValuePair<string, CanonicalJson>> members)
    {
        var canonicalizer = new Canonicalizer();
        if (!canonicalizer.TryWriteObject(members, out var error)) throw new FormatException(error);
        return new CanonicalJson(canonicalizer.ToArray()).Checked();
    }

    /// <summary>Takes bytes that are known to be canonical: read back from where Runnel wrote them, or cut out of a canonical value.</summary>
    internal static CanonicalJson FromTrusted(ReadOnlyMemory<byte> utf8) => new(utf8);

    /// <summary>Whether arrays and objects nest at most <paramref name="levels"/> deep in it, itself included.</summary>
    internal bool NestsWithin(int levels)
    {
        var utf8 = Utf8.Span;
        if (utf8.Length < 2 * levels) return true;   // a level takes two bytes at least
        var depth = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            switch (utf8[i])
            {
                case (byte)'"':
                    while (utf8[++i] != (byte)'"')
                    {
                        if (utf8[i] == (byte)'\\') i++;
                    }
                    break;
                case (byte)'[' or (byte)'{' when ++depth > levels: return false;
                case (byte)']' or (byte)'}': depth--; break;
            }
        }
        return true;
    }

    /// <summary>The value as an integer below 2^53 in magnitude, if it is one.</summary>
    public bool TryGetInteger(out long integer) =>
        Utf8Parser.TryParse(Utf8.Span, out integer, out var consumed) && consumed == Utf8.Length
        && Math.Abs((double)integer) < CanonicalNumber.ExactIntegerLimit;

    /// <summary>The value's text, if it is a JSON string.</summary>
    public bool TryGetString([NotNullWhen(true)] out string? text)
    {
        text = null;
        if (Kind != JsonValueKind.String) return false;
        var reader = new Utf8JsonReader(Utf8.Span);
        reader.Read();
        text = reader.GetString()!;
        return true;
    }

    /// <summary>The elements of a JSON array; nothing for any other kind. Cut out of this value's bytes, not copied.</summary>
    public IReadOnlyList<CanonicalJson> Elements()
    {
        var elements = new List<CanonicalJson>();
        if (Kind != JsonValueKind.Array) return elements;
        var reader = new Utf8JsonReader(Utf8.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) elements.Add(Cut(ref reader));
        return elements;
    }

    /// <summary>The members of a JSON object, in canonical order; nothing for any other kind. Cut out of this value's bytes, not copied.</summary>
    public IReadOnlyList<KeyValuePair<string, CanonicalJson>> Members()
    {
        var members = new List<KeyValuePair<string, CanonicalJson>>();
        if (Kind != JsonValueKind.Object) return members;
        var reader = new Utf8JsonReader(Utf8.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = KnownNames.Read(ref reader);
            reader.Read();
            members.Add(new(name, Cut(ref reader)));
        }
        return members;
    }

    /// <summary>Whether both have the same canonical bytes, that is, are the same JSON value.</summary>
    public bool Equals(CanonicalJson other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CanonicalJson other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>Orders by canonical bytes.</summary>
    public int CompareTo(CanonicalJson other) => Utf8.Span.SequenceCompareTo(other.Utf8.Span);

    /// <summary>The canonical JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    /// <summary>Whether both are the same JSON value.</summary>
    public static bool operator ==(CanonicalJson left, CanonicalJson right) => left.Equals(right);

    /// <summary>Whether they are different JSON values.</summary>
    public static bool operator !=(CanonicalJson left, CanonicalJson right) => !left.Equals(right);

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(CanonicalJson left, CanonicalJson right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(CanonicalJson left, CanonicalJson right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(CanonicalJson left, CanonicalJson right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(CanonicalJson left, CanonicalJson right) => left.CompareTo(right) >= 0;

    private CanonicalJson Checked() => NestsWithin(MaxDepth) ? this : throw new FormatException(TooDeep);

    private CanonicalJson Cut(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new CanonicalJson(Utf8[start..(int)reader.BytesConsumed]);
    }
}

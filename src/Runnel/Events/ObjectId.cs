using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>An object's id in its collection; clients make UUIDv7. 1-128 characters without control characters or lone surrogates. The default value names nothing and only equals itself.</summary>
public readonly record struct ObjectId : IComparable<ObjectId>
{
    private readonly string? _value;

    private ObjectId(string value) => _value = value;

    /// <summary>The name as text; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, or says that <paramref name="text"/> is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectId name)
    {
        var valid = NameRules.IsObjectId(text);
        name = valid ? new ObjectId(text!) : default;
        return valid;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not a valid name.</exception>
    public static ObjectId Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a valid object id: 1-128 characters without control characters or lone surrogates.");

    /// <summary>Orders names by their UTF-8 bytes.</summary>
    public int CompareTo(ObjectId other) => Utf8Order.Compare(Value, other.Value);

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;

    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}

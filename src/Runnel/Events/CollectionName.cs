using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>A collection's name: the kind of an object. 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _. The default value names nothing and only equals itself.</summary>
public readonly record struct CollectionName : IComparable<CollectionName>
{
    private readonly string? _value;

    private CollectionName(string value) => _value = value;

    /// <summary>The name as text; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, or says that <paramref name="text"/> is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CollectionName name)
    {
        var valid = NameRules.IsMemberName(text);
        name = valid ? new CollectionName(text!) : default;
        return valid;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not a valid name.</exception>
    public static CollectionName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a valid collection name: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _.");

    /// <summary>Orders names by their UTF-8 bytes.</summary>
    public int CompareTo(CollectionName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(CollectionName left, CollectionName right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(CollectionName left, CollectionName right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(CollectionName left, CollectionName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(CollectionName left, CollectionName right) => left.CompareTo(right) >= 0;

    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}

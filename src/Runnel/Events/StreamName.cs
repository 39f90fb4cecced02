using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>A stream's name. 1-200 characters of A-Z a-z 0-9 . _ : ~ -, and neither '.' nor '..'. The default value names nothing and only equals itself.</summary>
public readonly record struct StreamName : IComparable<StreamName>
{
    private readonly string? _value;

    private StreamName(string value) => _value = value;

    /// <summary>The name as text; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, or says that <paramref name="text"/> is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamName name)
    {
        var valid = NameRules.IsStreamName(text);
        name = valid ? new StreamName(text!) : default;
        return valid;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not a valid name.</exception>
    public static StreamName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a valid stream name: 1-200 characters of A-Z a-z 0-9 . _ : ~ -, and neither '.' nor '..'.");

    /// <summary>Orders names by their UTF-8 bytes.</summary>
    public int CompareTo(StreamName other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(StreamName left, StreamName right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(StreamName left, StreamName right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(StreamName left, StreamName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(StreamName left, StreamName right) => left.CompareTo(right) >= 0;

    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}

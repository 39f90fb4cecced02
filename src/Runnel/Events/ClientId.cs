using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>A replica's id, which it keeps for life. 1-64 characters of A-Z a-z 0-9 . _ : ~ -, and neither '.' nor '..'. The default value names nothing and only equals itself.</summary>
public readonly record struct ClientId : IComparable<ClientId>
{
    private readonly string? _value;

    private ClientId(string value) => _value = value;

    /// <summary>The name as text; empty for the default value.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name, or says that <paramref name="text"/> is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ClientId name)
    {
        var valid = NameRules.IsClientId(text);
        name = valid ? new ClientId(text!) : default;
        return valid;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not a valid name.</exception>
    public static ClientId Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a valid client id: 1-64 characters of A-Z a-z 0-9 . _ : ~ -, and neither '.' nor '..'.");

    /// <summary>Orders names by their UTF-8 bytes.</summary>
    public int CompareTo(ClientId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(ClientId left, ClientId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(ClientId left, ClientId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(ClientId left, ClientId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(ClientId left, ClientId right) => left.CompareTo(right) >= 0;

    /// <summary>The name as text.</summary>
    public override string ToString() => Value;
}

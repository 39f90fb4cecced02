using Runnel.Client.Ordering;

namespace Runnel.Client;

/// <summary>
/// An object's place among its like: a property of this type makes a collection one that people sort by hand. Sort by it, and let
/// <see cref="SyncedCollection{T}.Move"/> set it. Compares as text does, by UTF-8 bytes; the default, <see cref="None"/>, comes before all others.
/// </summary>
/// <remarks>
/// A key lies between those of its neighbours, so that a move is one small event of one object: concurrent moves lose nothing and double
/// nothing, and of two moves of one object the later stands. See docs/decisions/0006-places-between-places.md.
/// </remarks>
public readonly record struct OrderKey : IComparable<OrderKey>
{
    private readonly string? _text;

    private OrderKey(string text) => _text = text;

    /// <summary>No place yet.</summary>
    public static OrderKey None => default;

    /// <summary>The key as it travels; empty for <see cref="None"/>.</summary>
    public string Text => _text ?? "";

    /// <summary>Reads a key as it travels; <c>false</c> for text that is none.</summary>
    public static bool TryParse(string text, out OrderKey key)
    {
        key = default;
        if (text.Length == 0) return true;
        if (!OrderPath.IsValid(text)) return false;
        key = new OrderKey(text);
        return true;
    }

    /// <summary>A new key after <paramref name="after"/> and before <paramref name="before"/>.</summary>
    /// <param name="after">The key before the place; <see cref="None"/> for the beginning.</param>
    /// <param name="before">The key behind the place; <see cref="None"/> for the end.</param>
    /// <param name="author">Who makes the key: those of two authors differ, though they choose the same place at the same time.</param>
    /// <exception cref="ArgumentException">There is nothing between them: they are equal or the wrong way round.</exception>
    public static OrderKey Between(OrderKey after, OrderKey before, ClientId author)
    {
        if (before != None && after >= before) throw new ArgumentException($"There is nothing between {after} and {before}.", nameof(before));
        return new OrderKey(OrderPath.Between(after.Text, before.Text, OrderPath.TagOf(author)));
    }

    /// <summary>Orders by place.</summary>
    public int CompareTo(OrderKey other) => string.CompareOrdinal(Text, other.Text);

    /// <summary>Whether both are the same place.</summary>
    public bool Equals(OrderKey other) => Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(OrderKey left, OrderKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes behind <paramref name="right"/>.</summary>
    public static bool operator >(OrderKey left, OrderKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come behind <paramref name="right"/>.</summary>
    public static bool operator <=(OrderKey left, OrderKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before <paramref name="right"/>.</summary>
    public static bool operator >=(OrderKey left, OrderKey right) => left.CompareTo(right) >= 0;

    /// <summary>The key as it travels.</summary>
    public override string ToString() => Text;
}

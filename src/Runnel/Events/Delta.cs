using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Runnel;

/// <summary>What an event does to one field. Deltas describe themselves, so replicas need no schema to agree. Never changes.</summary>
public abstract class Delta : IEquatable<Delta>
{
    private Delta(CanonicalJson wire) => Wire = wire;

    /// <summary>The delta as events carry it, in canonical form.</summary>
    public CanonicalJson Wire { get; }

    /// <summary>Sets the field to any JSON value.</summary>
    public static Delta Set(CanonicalJson value) => new SetValue(value, LooksLikeDelta(value) ? Wrap("$set", value) : value);

    /// <summary>Adds <paramref name="amount"/> to the field's number; concurrent increments all count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">|<paramref name="amount"/>| is 2^53 or more.</exception>
    public static Delta Inc(long amount) =>
        Math.Abs((double)amount) < CanonicalNumber.ExactIntegerLimit
            ? new Increment(amount, Wrap("$inc", CanonicalJson.FromNumber(amount)))
            : throw new ArgumentOutOfRangeException(nameof(amount), amount, "An increment is below 2^53 in magnitude.");

    /// <summary>Adds and removes elements of the field's set.</summary>
    /// <exception cref="FormatException">No element is named, one is in both, or one is not a scalar.</exception>
    public static Delta Elements(IEnumerable<CanonicalJson> added, IEnumerable<CanonicalJson> removed) =>
        TryMakeElements(added, removed, out var delta, out var error) ? delta : throw new FormatException(error);

    /// <summary>
    /// Reads a field's member of an event, a plain value or an object whose keys begin with <c>$</c>; or says in
    /// <paramref name="error"/> what is wrong with it.
    /// </summary>
    public static bool TryParse(CanonicalJson wire, [NotNullWhen(true)] out Delta? delta, [NotNullWhen(false)] out string? error)
    {
        error = null;
        delta = null;
        if (!LooksLikeDelta(wire))
        {
            delta = new SetValue(wire, wire);
            return true;
        }

        switch (wire.Members())
        {
            case [("$set", var value)]:
                delta = Set(value);
                return true;
            case [("$inc", var value)] when value.TryGetInteger(out var amount):
                delta = new Increment(amount, wire);
                return true;
            case [("$add", { Kind: JsonValueKind.Array } added)]:
                return TryMakeElements(added.Elements(), [], out delta, out error);
            case [("$remove", { Kind: JsonValueKind.Array } removed)]:
                return TryMakeElements([], removed.Elements(), out delta, out error);
            case [("$add", { Kind: JsonValueKind.Array } added), ("$remove", { Kind: JsonValueKind.Array } removed)]:
                return TryMakeElements(added.Elements(), removed.Elements(), out delta, out error);
            default:
                error = $"{Excerpt.Of(wire.ToString())} is no delta: {{\"$set\":…}}, {{\"$inc\":n}} with an integer below 2^53, or {{\"$add\":[…],\"$remove\":[…]}}.";
                return false;
        }
    }

    /// <summary>Whether both do the same.</summary>
    public bool Equals(Delta? other) => other is not null && Wire == other.Wire;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Delta);

    /// <inheritdoc/>
    public override int GetHashCode() => Wire.GetHashCode();

    /// <summary>The delta as events carry it.</summary>
    public override string ToString() => Wire.ToString();

    /// <summary>Whether <paramref name="value"/> is an object with a key that begins with <c>$</c>.</summary>
    private static bool LooksLikeDelta(CanonicalJson value) =>
        value.Kind == JsonValueKind.Object && value.Utf8.Span.IndexOf("\"$"u8) >= 0
        && value.Members().Any(member => member.Key.StartsWith('$'));

    private static bool TryMakeElements(
        IEnumerable<CanonicalJson> added, IEnumerable<CanonicalJson> removed,
        [NotNullWhen(true)] out Delta? delta, [NotNullWhen(false)] out string? error)
    {
        CanonicalJson[] adds = Sorted(added), removes = Sorted(removed);
        error = (adds.Length + removes.Length) switch
        {
            0 => "A change of a set names at least one element.",
            _ when !adds.All(element => element.IsScalar) || !removes.All(element => element.IsScalar) =>
                "Elements of a set are strings, numbers, true, false or null.",
            _ when adds.Any(element => Array.BinarySearch(removes, element) >= 0) => "An element cannot be added and removed at once.",
            _ => null,
        };
        delta = error is null ? new ChangeElements(adds, removes) : null;
        return delta is not null;
    }

    private static CanonicalJson[] Sorted(IEnumerable<CanonicalJson> elements)
    {
        CanonicalJson[] sorted = [.. elements];
        Array.Sort(sorted);
        var count = 0;
        foreach (var element in sorted)
        {
            if (count == 0 || element != sorted[count - 1]) sorted[count++] = element;
        }
        return sorted[..count];
    }

    private static CanonicalJson Wrap(string key, CanonicalJson value) => CanonicalJson.FromObject([new(key, value)]);

    /// <summary>A plain value; on the wire, one that would look like a delta is wrapped in <c>$set</c>.</summary>
    public sealed class SetValue : Delta
    {
        internal SetValue(CanonicalJson value, CanonicalJson wire) : base(wire) => Value = value;

        /// <summary>The value.</summary>
        public CanonicalJson Value { get; }
    }

    /// <summary>A number to add.</summary>
    public sealed class Increment : Delta
    {
        internal Increment(long amount, CanonicalJson wire) : base(wire) => Amount = amount;

        /// <summary>How much to add; below 2^53 in magnitude.</summary>
        public long Amount { get; }
    }

    /// <summary>Elements to add to a set and to remove from it: scalars, each list sorted by canonical bytes, none in both.</summary>
    public sealed class ChangeElements : Delta
    {
        internal ChangeElements(CanonicalJson[] added, CanonicalJson[] removed) : base(ToWire(added, removed))
        {
            Added = added;
            Removed = removed;
        }

        /// <summary>The elements that shall be there.</summary>
        public IReadOnlyList<CanonicalJson> Added { get; }

        /// <summary>The elements that shall not.</summary>
        public IReadOnlyList<CanonicalJson> Removed { get; }

        private static CanonicalJson ToWire(CanonicalJson[] added, CanonicalJson[] removed)
        {
            var members = new List<KeyValuePair<string, CanonicalJson>>(2);
            if (added.Length > 0) members.Add(new("$add", CanonicalJson.FromArray(added)));
            if (removed.Length > 0) members.Add(new("$remove", CanonicalJson.FromArray(removed)));
            return CanonicalJson.FromObject(members);
        }
    }
}

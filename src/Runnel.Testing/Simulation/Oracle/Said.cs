using System.Globalization;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>What an edit or an event says of its object, and what one says in the place of two, by the rules of coalescing, worked out anew. Never changes.</summary>
/// <param name="Op"><c>insert</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Changes">What it does to which field.</param>
internal sealed record Said(string Op, IReadOnlyDictionary<string, Change> Changes)
{
    /// <summary>This and <paramref name="next"/>, right behind it, as one; <c>null</c> if nothing says both.</summary>
    public Said? With(Said next, bool updateWins) => (Op, next.Op) switch
    {
        (not "delete", "update") => Join(next),
        ("delete", "insert") => next,
        (_, "delete") when !updateWins => next,
        _ => null,
    };

    /// <summary>This without what is there already; <c>null</c> if nothing is left.</summary>
    public Said? Without(IReadOnlyDictionary<string, string>? beneath)
    {
        if (Op != "update") return this;
        var left = Changes.Where(change => !IsThere(change, beneath)).ToDictionary();
        return left.Count == 0 ? null : this with { Changes = left };
    }

    public bool Equals(Said? other) =>
        other is not null && Op == other.Op && Changes.Count == other.Changes.Count
        && Changes.All(change => other.Changes.TryGetValue(change.Key, out var said) && said.Equals(change.Value));

    public override int GetHashCode() => Op.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{{{string.Join(", ", Changes.Select(change => $"{change.Key}: {change.Value.Wire}"))}}}";

    private static bool IsThere(KeyValuePair<string, Change> change, IReadOnlyDictionary<string, string>? beneath) =>
        change.Value is Change.Set set && beneath is not null && beneath.TryGetValue(change.Key, out var value) && value == set.Json;

    private Said? Join(Said next)
    {
        var joined = Changes.ToDictionary();
        foreach (var (name, change) in next.Changes)
        {
            var both = joined.TryGetValue(name, out var before) ? Join(before, change) : Op == "insert" && change is not Change.Set ? null : change;
            if (both is null) return null;
            joined[name] = both;
        }
        return this with { Changes = joined };
    }

    private static Change? Join(Change first, Change second) => (first, second) switch
    {
        (_, Change.Set) => second,
        (Change.Set set, Change.Add add) => long.TryParse(set.Json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? new Change.Set((number + add.Amount).ToString(CultureInfo.InvariantCulture)) : set,
        (Change.Set set, Change.Elements elements) => Change.ElementsOf(set.Json) is { } there ? new Change.Set(Change.ToArray(there.Union(elements.Added).Except(elements.Removed))) : set,
        (Change.Add one, Change.Add other) => new Change.Add(one.Amount + other.Amount),
        (Change.Elements one, Change.Elements other) => new Change.Elements(
            Sort(one.Added.Except(other.Removed).Union(other.Added)), Sort(one.Removed.Except(other.Added).Union(other.Removed))),
        _ => null,
    };

    private static List<string> Sort(IEnumerable<string> elements) => [.. elements.OrderBy(element => element, StringComparer.Ordinal)];
}

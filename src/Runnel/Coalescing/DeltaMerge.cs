using System.Text.Json;
using Runnel.Records;

namespace Runnel.Coalescing;

/// <summary>Makes one delta of two that the same author did to the same field, one right after the other.</summary>
internal static class DeltaMerge
{
    private const long IncrementLimit = 1L << 53;

    /// <summary>In an update; <c>null</c> if no delta does what both do.</summary>
    public static Delta? TryMerge(Delta? first, Delta second) => (first, second) switch
    {
        (null, _) or (_, Delta.SetValue) => second,
        (Delta.SetValue set, Delta.Increment increment) => Add(set, increment.Amount),
        (Delta.SetValue set, Delta.ChangeElements change) => Change(set, change),
        (Delta.Increment earlier, Delta.Increment later) => TrySum(earlier.Amount, later.Amount) is { } sum ? Delta.Inc(sum) : null,
        (Delta.ChangeElements earlier, Delta.ChangeElements later) => Delta.Elements(
            earlier.Added.Except(later.Removed).Union(later.Added), earlier.Removed.Except(later.Added).Union(later.Removed)),
        _ => null,   // a counter and a set in one field: which of them counts, the base decides
    };

    /// <summary>
    /// In an insert. On a field that the insert left absent, increments and elements of others count side by side; made a value by a
    /// merge, it would be void for one kind. So there, only a plain value merges.
    /// </summary>
    public static Delta? TryMergeInserted(Delta? first, Delta second) =>
        first is null && second is not Delta.SetValue ? null : TryMerge(first?.AsInserted(), second);

    /// <summary>On anything but an integer the increment is void.</summary>
    private static Delta? Add(Delta.SetValue set, long amount)
    {
        if (!set.Value.TryGetInteger(out var start)) return set;
        return TrySum(start, amount) is { } sum ? Delta.Set(CanonicalJson.FromNumber(sum)) : null;
    }

    /// <summary>On anything but an array the change is void.</summary>
    private static Delta Change(Delta.SetValue set, Delta.ChangeElements change)
    {
        if (set.Value.Kind != JsonValueKind.Array) return set;
        return Delta.Set(CanonicalJson.FromArray(set.Value.Elements().Union(change.Added).Except(change.Removed).Order()));
    }

    // A sum that a delta or a plain value cannot carry exactly stays two events.
    private static long? TrySum(long left, long right) => left + right is > -IncrementLimit and < IncrementLimit and var sum ? sum : null;
}

using System.Collections.Immutable;

namespace Runnel;

/// <summary>
/// What somebody has seen: of each client, its events up to a clientSeq. Two that name the same clients with the same counts
/// are equal; a client that is not named counts 0. Never changes.
/// </summary>
/// <remarks>
/// Events do not carry one, because a stream with seqs needs no more than a <see cref="Stamp"/> (see <see cref="Causality"/>).
/// It is the full relation that the short one stands for.
/// </remarks>
public sealed class VersionVector : IEquatable<VersionVector>
{
    private readonly ImmutableSortedDictionary<ClientId, long> _counts;

    private VersionVector(ImmutableSortedDictionary<ClientId, long> counts) => _counts = counts;

    /// <summary>Nothing seen.</summary>
    public static VersionVector Empty { get; } = new(ImmutableSortedDictionary<ClientId, long>.Empty);

    /// <summary>The clients of which something was seen, sorted by UTF-8 bytes, each with its highest clientSeq, 1 or more.</summary>
    public IReadOnlyDictionary<ClientId, long> Counts => _counts;

    /// <summary>The highest clientSeq seen of <paramref name="client"/>; 0 for none.</summary>
    public long this[ClientId client] => _counts.GetValueOrDefault(client);

    /// <summary>Says how <paramref name="left"/> stands to <paramref name="right"/> by what each had seen, never by clocks.</summary>
    public static CausalOrder Compare(VersionVector left, VersionVector right) => (left.Covers(right), right.Covers(left)) switch
    {
        (true, true) => CausalOrder.Equal,
        (false, true) => CausalOrder.Before,
        (true, false) => CausalOrder.After,
        (false, false) => CausalOrder.Concurrent,
    };

    /// <summary>Whether all that <paramref name="other"/> has seen was seen here, too; so it is of equal ones.</summary>
    public bool Covers(VersionVector other) => other._counts.All(pair => this[pair.Key] >= pair.Value);

    /// <summary>Whether all that <paramref name="other"/> has seen was seen here, and more.</summary>
    public bool Dominates(VersionVector other) => Compare(this, other) == CausalOrder.After;

    /// <summary>This one, having seen <paramref name="client"/>'s events up to <paramref name="clientSeq"/> as well.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clientSeq"/> is below 1.</exception>
    public VersionVector With(ClientId client, long clientSeq)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clientSeq, 1);
        return this[client] >= clientSeq ? this : new VersionVector(_counts.SetItem(client, clientSeq));
    }

    /// <summary>The smallest one that covers both.</summary>
    public VersionVector Merge(VersionVector other) =>
        other._counts.Aggregate(this, (merged, pair) => merged.With(pair.Key, pair.Value));

    /// <summary>Whether both have seen the same.</summary>
    public bool Equals(VersionVector? other) => other is not null && _counts.SequenceEqual(other._counts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionVector);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var pair in _counts) hash.Add(pair);
        return hash.ToHashCode();
    }

    /// <summary>The counts as people write them: <c>ann:3 bob:1</c>.</summary>
    public override string ToString() => string.Join(' ', _counts.Select(pair => $"{pair.Key}:{pair.Value}"));
}

using CsCheck;

namespace Runnel.Tests;

public class VersionVectorTests
{
    private static readonly ClientId[] Clients = [ClientId.Parse("ann"), ClientId.Parse("bob"), ClientId.Parse("zoe")];

    // Small counts, so that equal, ordered and concurrent pairs all come up; the model is the plain array of counts.
    private static readonly Gen<long[]> AnyCounts = Gen.Long[0, 3].Array[Clients.Length];

    [Fact]
    public void Compare_equals_comparing_every_client() => Gen.Select(AnyCounts, AnyCounts).Sample((left, right) =>
    {
        var less = left.Zip(right).Any(pair => pair.First < pair.Second);
        var more = left.Zip(right).Any(pair => pair.First > pair.Second);
        var expected = (less, more) switch
        {
            (false, false) => CausalOrder.Equal,
            (true, false) => CausalOrder.Before,
            (false, true) => CausalOrder.After,
            (true, true) => CausalOrder.Concurrent,
        };
        var (a, b) = (Vector(left), Vector(right));

        Assert.Equal(expected, VersionVector.Compare(a, b));
        Assert.Equal(expected == CausalOrder.Equal, a.Equals(b));
        Assert.Equal(expected is CausalOrder.Equal or CausalOrder.After, a.Covers(b));
        Assert.Equal(expected == CausalOrder.After, a.Dominates(b));
        if (a.Equals(b)) Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }, iter: Randomized.Runs(3_000));

    [Fact]
    public void Merge_takes_the_higher_count_of_every_client() => Gen.Select(AnyCounts, AnyCounts).Sample((left, right) =>
        Assert.Equal(Vector([.. left.Zip(right, Math.Max)]), Vector(left).Merge(Vector(right))), iter: Randomized.Runs(3_000));

    [Fact]
    public void Merge_is_the_least_upper_bound_in_any_order() => Gen.Select(AnyCounts, AnyCounts, AnyCounts).Sample((x, y, z) =>
    {
        var (a, b, c) = (Vector(x), Vector(y), Vector(z));
        var merged = a.Merge(b);

        Assert.Equal(merged, b.Merge(a));
        Assert.Equal(merged.Merge(c), a.Merge(b.Merge(c)));
        Assert.Equal(a, a.Merge(a));
        Assert.Equal(a, a.Merge(VersionVector.Empty));
        Assert.True(merged.Covers(a) && merged.Covers(b));
        if (c.Covers(a) && c.Covers(b)) Assert.True(c.Covers(merged));
    }, iter: Randomized.Runs(3_000));

    [Fact]
    public void Having_seen_an_older_event_again_changes_nothing()
    {
        var vector = VersionVector.Empty.With(Clients[0], 3).With(Clients[1], 1);

        Assert.Equal(vector, vector.With(Clients[0], 2));
        Assert.Equal(3, vector[Clients[0]]);
        Assert.Equal(0, vector[Clients[2]]);
        Assert.Equal("ann:3 bob:1", vector.ToString());
    }

    [Fact]
    public void A_vector_never_changes()
    {
        var vector = VersionVector.Empty.With(Clients[0], 1);
        _ = vector.With(Clients[0], 2);
        _ = vector.Merge(VersionVector.Empty.With(Clients[1], 9));

        Assert.Equal("ann:1", vector.ToString());
        Assert.Equal("", VersionVector.Empty.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Client_seqs_begin_at_one(long clientSeq) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => VersionVector.Empty.With(Clients[0], clientSeq));

    private static VersionVector Vector(long[] counts) =>
        counts.Zip(Clients).Where(pair => pair.First > 0).Aggregate(VersionVector.Empty, (vector, pair) => vector.With(pair.Second, pair.First));
}

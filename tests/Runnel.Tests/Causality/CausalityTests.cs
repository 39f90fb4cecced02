using CsCheck;

namespace Runnel.Tests;

public class CausalityTests
{
    [Fact]
    public void The_short_relation_equals_the_version_vectors() => SimulatedHistory.Any.Sample(history =>
    {
        foreach (var (left, leftVector) in history.Log)
        {
            foreach (var (right, rightVector) in history.Log)
            {
                Assert.Equal(VersionVector.Compare(leftVector, rightVector), Causality.Compare(left, right));
            }
        }
    }, iter: Randomized.Runs(1_000));

    [Fact]
    public void Stamp_order_is_a_linear_extension_of_happened_before() => SimulatedHistory.Any.Sample(history =>
    {
        StreamEvent[] sorted = [.. history.Log.Select(entry => entry.Event).OrderBy(confirmed => confirmed.Stamp)];

        Assert.Equal(sorted.Length, sorted.Select(confirmed => confirmed.Stamp).Distinct().Count());
        for (var i = 0; i < sorted.Length; i++)
        {
            for (var j = i + 1; j < sorted.Length; j++)
            {
                Assert.False(Causality.HappenedBefore(sorted[j], sorted[i]), $"{sorted[j]} happened before {sorted[i]}, yet sorts behind it");
            }
        }
    }, iter: Randomized.Runs(1_000));

    [Fact]
    public void Who_had_seen_an_event_had_seen_what_its_author_had() => SimulatedHistory.Any.Sample(history =>
    {
        StreamEvent[] log = [.. history.Log.Select(entry => entry.Event)];
        foreach (var middle in log)
        {
            var earlier = log.Where(other => Causality.HappenedBefore(other, middle));
            var later = log.Where(other => Causality.HappenedBefore(middle, other));
            Assert.All(later, last => Assert.All(earlier, first => Assert.True(Causality.HappenedBefore(first, last))));
        }
    }, iter: Randomized.Runs(500));

    [Fact]
    public void The_simulated_histories_know_all_orders()
    {
        var orders = new HashSet<CausalOrder>();
        SimulatedHistory.Any.Sample(history =>
        {
            var found = from left in history.Log from right in history.Log select Causality.Compare(left.Event, right.Event);
            lock (orders) orders.UnionWith(found);
        }, iter: 200);

        Assert.Equal(4, orders.Count);
    }

    [Fact]
    public void An_edit_made_before_and_sent_after_anothers_arrival_stays_concurrent()
    {
        var anns = Confirmed(seq: 1, Samples.Ann, clientSeq: 1, precedingSeq: 0);
        var bobsLate = Confirmed(seq: 2, Samples.Bob, clientSeq: 1, precedingSeq: 0);

        Assert.Equal(CausalOrder.Concurrent, Causality.Compare(anns, bobsLate));
    }

    // Why a home refuses a precedingSeq that falls: the client's own order and the order of stamps would part.
    [Fact]
    public void Were_precedingSeq_to_fall_stamps_would_contradict_happened_before()
    {
        var first = Confirmed(seq: 2, Samples.Ann, clientSeq: 1, precedingSeq: 1);
        var retriedWithItsOldStamp = Confirmed(seq: 3, Samples.Ann, clientSeq: 2, precedingSeq: 0);

        Assert.Equal(CausalOrder.Before, Causality.Compare(first, retriedWithItsOldStamp));
        Assert.True(first.Stamp > retriedWithItsOldStamp.Stamp);
    }

    // Why an event beyond a gap is neither reconciled nor shown: an edit made on the sight of it would deny having seen it.
    [Fact]
    public void Were_events_beyond_a_gap_shown_the_short_relation_would_deny_it()
    {
        var beyondTheGap = Confirmed(seq: 2, Samples.Ann, clientSeq: 1, precedingSeq: 0);
        var madeOnSightOfIt = Confirmed(seq: 3, Samples.Bob, clientSeq: 1, precedingSeq: 0);   // seq 1 had not come yet
        var annsVector = VersionVector.Empty.With(Samples.Ann, 1);
        var bobsVector = annsVector.With(Samples.Bob, 1);

        Assert.Equal(CausalOrder.Before, VersionVector.Compare(annsVector, bobsVector));
        Assert.Equal(CausalOrder.Concurrent, Causality.Compare(beyondTheGap, madeOnSightOfIt));
    }

    [Fact]
    public void A_pending_event_has_been_seen_by_its_author_only()
    {
        var pending = Confirmed(seq: 0, Samples.Ann, clientSeq: 3, precedingSeq: 5);

        Assert.Equal(CausalOrder.Before, Causality.Compare(pending, Confirmed(seq: 0, Samples.Ann, clientSeq: 4, precedingSeq: 5)));
        Assert.Equal(CausalOrder.Concurrent, Causality.Compare(pending, Confirmed(seq: 0, Samples.Bob, clientSeq: 9, precedingSeq: 5)));
        Assert.Equal(CausalOrder.After, Causality.Compare(pending, Confirmed(seq: 5, Samples.Bob, clientSeq: 9, precedingSeq: 2)));
        Assert.Equal(CausalOrder.Equal, Causality.Compare(pending, pending with { Seq = new Seq(6) }));
    }

    [Fact]
    public void Stamps_order_by_preceding_seq_then_client_bytes_then_client_seq()
    {
        Stamp[] inOrder =
        [
            new(Seq.None, ClientId.Parse("B"), 7),
            new(Seq.None, ClientId.Parse("a"), 1),     // upper case before lower: bytes, not a language's order
            new(Seq.None, ClientId.Parse("a"), 2),
            new(Seq.None, ClientId.Parse("aa"), 1),
            new(Seq.First, ClientId.Parse("A"), 1),
            new(new Seq(10), ClientId.Parse("A"), 1),  // a number, not a text
        ];

        Assert.Equal(inOrder, inOrder.Reverse().Order());
        Assert.True(inOrder[0] < inOrder[1] && inOrder[1] <= inOrder[1] && inOrder[2] >= inOrder[1]);
    }

    private static StreamEvent Confirmed(long seq, ClientId client, long clientSeq, long precedingSeq) =>
        new(new Seq(seq), client, default, new Event(clientSeq, new Seq(precedingSeq), EventOp.Delete, Samples.Milk, EventFields.Empty));
}

using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>What an app sees: confirmed records with its own pending events over them.</summary>
public class PendingEventsTests
{
    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Reconciling_an_own_event_changes_nothing_that_the_app_sees(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("abkntm").Sample(history =>
        {
            foreach (var own in history.Log)
            {
                var confirmed = history.Log.Take((int)own.Seq.Value - 1).ToList();
                var pending = PendingOf(history, own);

                Assert.Equal(own with { Seq = Seq.None }, pending[0]);
                Assert.Equal(See(settings, confirmed, pending), See(settings, [.. confirmed, own], pending[1..]));
            }
        }, iter: Randomized.Runs(150));
    }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void What_the_app_sees_equals_sorting_the_pending_events_too(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("abkntm").Sample(history =>
        {
            foreach (var own in history.Log)
            {
                var confirmed = history.Log.Take((int)own.Seq.Value - 1).ToList();
                var pending = PendingOf(history, own);

                Assert.Equal(Oracle.Show([.. confirmed, .. pending], settings), See(settings, confirmed, pending));
            }
        }, iter: Randomized.Runs(150));
    }

    [Fact]
    public void In_total_order_pending_events_count_as_last_in_outbox_order()
    {
        var confirmed = new Tape().Insert("A1@0", """{"a":1}""").Update("Z1@1", """{"a":2}""").Events;

        Assert.Equal("task/x {\"a\":4}\n", See(Rules.Total, confirmed, [Tape.Event(0, "A2@0", EventOp.Update, """{"a":3}"""), Tape.Event(0, "A3@0", EventOp.Update, """{"a":4}""")]));
        Assert.Equal("task/x {\"a\":2}\n", See(Rules.Causal, confirmed, [Tape.Event(0, "A2@0", EventOp.Update, """{"a":3}"""), Tape.Event(0, "A3@0", EventOp.Update, """{"a":4}""")]));
    }

    // Why an own event leaves the outbox when its seq is reconciled, and not when its publishing is acknowledged.
    [Fact]
    public void Without_its_pending_event_an_app_would_see_its_edit_vanish_until_the_seq_comes()
    {
        var confirmed = new Tape().Insert("A1@0", """{"a":0}""").Events;
        var edit = Tape.Event(0, "A2@1", EventOp.Update, """{"a":1}""");

        Assert.Equal("task/x {\"a\":1}\n", See(Rules.Causal, confirmed, [edit]));
        Assert.Equal("task/x {\"a\":0}\n", See(Rules.Causal, confirmed, []));
        Assert.Equal("task/x {\"a\":1}\n", See(Rules.Causal, [.. confirmed, edit with { Seq = new Seq(2) }], []));
    }

    [Fact]
    public void A_copy_merges_on_without_its_original()
    {
        var tape = new Tape().Insert("A1@0", """{"a":1,"k":1,"n":1,"t":["x"]}""").Update("A2@1", """{"n":{"$inc":1},"t":{"$add":["y"]}}""");
        var records = tape.Play();
        var (shown, state) = (records.Show(), records.MergeState());
        Assert.True(records.TryFind(Tape.Key("x"), out var record));

        var copy = record.Copy();
        copy.Apply(Tape.Event(0, "B1@2", EventOp.Update, """{"a":2,"k":2,"n":{"$inc":1},"t":{"$add":["z"],"$remove":["y"]}}"""));
        Assert.Equal("""{"a":2,"k":2,"n":3,"t":["x","z"]}""", copy.Visible.ToString());
        copy.Apply(Tape.Event(0, "B2@2", EventOp.Delete, "{}"));

        Assert.False(copy.Exists);
        Assert.Equal(shown, records.Show());
        Assert.Equal(state, records.MergeState());
    }

    /// <summary>What the author of <paramref name="own"/> had in its outbox right before it reconciled that event: all that it had made by then.</summary>
    private static List<StreamEvent> PendingOf(History history, StreamEvent own) =>
        [.. history.Log.Where(next => next.Client == own.Client && next.Seq >= own.Seq && next.Event.PrecedingSeq < own.Seq).Select(next => next with { Seq = Seq.None })];

    private static string See(StreamSettings settings, IEnumerable<StreamEvent> confirmed, IEnumerable<StreamEvent> pending) =>
        confirmed.Play(settings).See(pending);
}

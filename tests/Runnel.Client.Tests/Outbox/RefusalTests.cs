using Runnel.Client.Replica;
using Runnel.Client.Tests.Replica;
using Runnel.Protocol;

namespace Runnel.Client.Tests.Outbox;

/// <summary>What the server refuses for good is parked with its reason; the queue goes on, and nothing is lost or doubled.</summary>
public sealed class RefusalTests
{
    private static readonly Refusal Reason = new(ErrorCode.Forbidden, "Not this one.");

    private readonly TestHome _home = new();

    public RefusalTests() => _home.Refuses = draft => draft.Key.Id.Value.StartsWith("bad", StringComparison.Ordinal) ? Reason : null;

    [Fact]
    public void The_culprit_is_found_in_a_batch_and_those_behind_it_are_renumbered()
    {
        var ada = new Device(_home, "ada");
        foreach (var id in (string[])["1", "2", "3", "bad", "4", "5", "6", "7"]) ada.Insert(id);

        ada.Sync();

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], _home.Stored.Select(stored => stored.Event.ClientSeq));
        var rejected = Assert.Single(ada.Outbox);
        Assert.Equal(Reason, rejected.Rejection);
        Assert.Equal((0, 1), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));
        Assert.Equal(rejected, Assert.Single(Assert.IsType<ReplicaOutput.Rejected>(Assert.Single(ada.Notes)).Events));
        Assert.Null(ada.Sees("bad"));
    }

    [Fact]
    public void Many_culprits_among_many_are_all_found()
    {
        var ada = new Device(_home, "ada");
        var bad = new HashSet<int> { 0, 17, 18, 100, 199 };
        for (var i = 0; i < 200; i++) ada.Insert(bad.Contains(i) ? $"bad{i}" : $"{i}");

        ada.Sync();

        Assert.Equal(195, _home.Stored.Count);
        Assert.Equal(bad.Select(i => $"bad{i}"), ada.Outbox.Select(pending => pending.Key.Id.Value));
        Assert.All(ada.Outbox, pending => Assert.NotNull(pending.Rejection));
        Assert.InRange(ada.Published.Count(), 1, 80);   // halves are tried, not each by itself
    }

    [Fact]
    public void Only_what_rests_on_a_rejected_event_waits()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("bad");
        ada.Sync();
        ada.Set("bad", "on top");
        ada.Insert("other");
        ada.Batch((EventOp.Update, "bad", Edits.Set("title", "with")), (EventOp.Update, "other", Edits.Set("title", "tied")));
        ada.Set("other", "behind the tie");
        ada.Insert("free");

        ada.Sync();

        Assert.Equal(["other", "free"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal((4, 1), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));
    }

    [Fact]
    public void A_retry_is_a_new_edit_at_the_end_made_on_the_sight_of_now_and_takes_along_what_waited()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("bad", "first");
        ada.Sync();
        ada.Set("bad", "second", "note");
        _home.Publish("bob", Edits.Insert("bob's"));
        ada.Insert("later");
        ada.Sync();

        _home.Refuses = _ => null;
        ada.Retry("bad");
        ada.Sync();

        Assert.Equal(["bob's", "later", "bad", "bad"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal([0, 0, 2, 2], _home.Stored.Select(stored => stored.Event.PrecedingSeq.Value));
        Assert.Equal("\"second\"", ada.Sees("bad", "note"));
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void A_rejected_edit_can_be_edited()
    {
        var ada = new Device(_home, "ada");
        _home.Refuses = draft => draft.Fields.ToString().Contains("rude", StringComparison.Ordinal) ? Reason : null;
        ada.Insert("1", "rude");
        ada.Sync();

        ada.Retry("1", Edits.Insert("1", "kind"));
        ada.Sync();

        Assert.Equal("\"kind\"", ada.Sees("1"));
        Assert.Equal("""{"title":"kind"}""", Assert.Single(_home.Stored).Event.Fields.ToString());
    }

    [Fact]
    public void What_waited_for_a_discarded_edit_is_sent_as_made_now()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("bad");
        ada.Sync();
        ada.Set("bad", "on top");
        ada.Insert("later");
        ada.Sync();
        _home.Publish("bob", Edits.Insert("bob's"));
        ada.Insert("latest");
        ada.Sync();
        _home.Refuses = _ => null;

        ada.Discard("bad");
        ada.Sync();   // had it kept its old precedingSeq, that would have fallen

        Assert.Equal(["later", "bob's", "latest", "bad"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void A_refused_batch_is_parked_and_retried_whole()
    {
        var ada = new Device(_home, "ada");
        ada.Batch((EventOp.Insert, "1", EventFields.Empty), (EventOp.Insert, "bad", EventFields.Empty), (EventOp.Insert, "2", EventFields.Empty));
        ada.Insert("3");
        ada.Sync();
        Assert.Equal(["3"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal((0, 3), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));

        _home.Refuses = _ => null;
        ada.Retry("1");
        ada.Sync();

        Assert.Equal(["3", "1", "bad", "2"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal(2, ada.Published.Last().Split("\"insert\"").Length - 2);
    }

    [Fact]
    public void What_is_acknowledged_and_has_not_come_back_keeps_its_number_when_what_follows_is_refused()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        ada.Take(ada.Connection!.Down.Single(message => message is ServerMessage.Published));
        var events = ada.Connection.Down.Single(message => message is ServerMessage.Events);
        ada.Connection.Down.Clear();
        ada.Insert("bad");
        ada.CarryUp();
        ada.CarryDown();   // the refusal overtakes the events

        Assert.Equal(1, ada.Outbox[0].Draft.ClientSeq);
        ada.Take(events);
        ada.Insert("2");
        ada.Sync();

        Assert.Equal(["1", "2"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Equal("bad", Assert.Single(ada.Outbox).Key.Id.Value);
    }

    [Fact]
    public void Only_the_answer_to_the_last_copy_is_a_definite_refusal()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        _home.NextAnswer = "forbidden";
        ada.Insert("1");
        ada.Tick();
        ada.Tick();   // sent again before the refusal of the first copy comes
        ada.CarryUp();
        ada.CarryDown();
        Assert.Null(ada.Outbox[0].Rejection);

        ada.Sync();

        Assert.Single(_home.Stored);
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void Rejected_events_stay_over_a_restart_with_their_reason()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("bad");
        ada.Sync();
        ada.Set("bad", "on top");

        ada.Restart();
        ada.Sync();

        Assert.Equal(Reason, ada.Replica.Outbox.RejectedOf(Edits.Key("bad")).Single().Rejection);
        Assert.Equal((1, 1), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));
        Assert.Empty(_home.Stored);
    }
}

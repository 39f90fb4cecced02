using Runnel.Client.Tests.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Outbox;

/// <summary>An edit on its way: coalesced, frozen, published, acknowledged, confirmed, and never otherwise visible than the user left it.</summary>
public sealed class WalkOfAnEditTests
{
    private readonly TestHome _home = new();

    [Fact]
    public void An_edit_is_seen_at_once_and_stays_so_at_every_step()
    {
        _home.Create(StreamSettings.Default);
        var ada = new Device(_home, "ada");
        ada.Insert("1", "milk");
        Assert.Equal("\"milk\"", ada.Sees("1"));
        Assert.False(ada.Outbox[0].IsFrozen);

        ada.Connect();
        Assert.False(ada.Outbox[0].IsFrozen);   // it waits for what the server says of this client
        ada.CarryUp();
        ada.CarryDown();
        Assert.Equal(1, ada.Outbox[0].Draft.ClientSeq);
        ada.CarryUp();
        Assert.Single(_home.Stored);

        ada.Take(ada.Connection!.Down.First(message => message is ServerMessage.Published));
        Assert.Single(ada.Outbox);   // not on published: acknowledgement changes nothing that one can see
        Assert.Equal("\"milk\"", ada.Sees("1"));

        ada.Sync();
        Assert.Empty(ada.Outbox);
        Assert.Equal("\"milk\"", ada.Sees("1"));
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void The_events_may_come_before_published_and_wait_for_it()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        var (published, events) = (ada.Connection!.Down.Single(message => message is ServerMessage.Published), ada.Connection.Down.Single(message => message is ServerMessage.Events));
        ada.Connection.Down.Clear();

        ada.Take(events);
        Assert.Single(ada.Outbox);
        Assert.Equal("\"milk\"", ada.Sees("1"));
        ada.Take(published);

        Assert.Empty(ada.Outbox);
        Assert.Equal(1, ada.Replica.Head.Value);
    }

    [Fact]
    public void Edits_made_offline_are_coalesced_and_sent_as_one()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1", "a");
        ada.Set("1", "b");
        ada.Set("1", "c", "note");
        ada.Set("1", "d");
        ada.Insert("2");
        ada.Delete("2");

        ada.Sync();

        Assert.Single(_home.Stored);
        Assert.Equal("""{"note":"c","title":"d"}""", _home.Stored[0].Event.Fields.ToString());
    }

    [Fact]
    public void A_frozen_event_is_never_changed_and_the_next_edit_follows_it()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1", "a");
        ada.Set("1", "b");
        ada.Set("1", "c");   // coalesces into b, which is not frozen

        ada.Sync();

        Assert.Equal(["a", "c"], _home.Stored.Select(stored => stored.Event.Fields.Changes[0].Delta.Wire.ToString().Trim('"')));
        Assert.Equal("\"c\"", ada.Sees("1"));
    }

    [Fact]
    public void After_a_lost_connection_the_same_bytes_are_sent_again()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1", "a");   // frozen and on its way
        ada.Set("1", "b");
        ada.Connect();
        ada.Restart();
        ada.Set("1", "c", "note");
        ada.Sync();

        var first = ada.Published.First();
        Assert.Equal(WithoutRef(first), WithoutRef(ada.Published.ElementAt(1)));
        Assert.Equal(["a", "b"], _home.Stored.Select(stored => stored.Event.Fields.Changes[^1].Delta.Wire.ToString().Trim('"')));
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void What_was_stored_before_the_connection_was_lost_is_not_sent_again()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();   // it is stored, and the answer is lost
        ada.Connect();

        ada.Sync();

        Assert.Single(ada.Published);
        Assert.Single(_home.Stored);
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void A_batch_is_published_whole_and_alone_in_its_atom()
    {
        _home.ClientLimits = _home.ClientLimits with { BatchEvents = 3 };
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Insert("2");
        ada.Batch((EventOp.Insert, "3", EventFields.Empty), (EventOp.Insert, "4", EventFields.Empty));
        ada.Insert("5");

        ada.Sync();

        Assert.Equal([2, 3], ada.Published.Select(frame => frame.Split("\"op\"").Length - 1));
        Assert.Equal(["1", "2", "3", "4", "5"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
    }

    [Fact]
    public void Edits_of_one_batch_coalesce_among_themselves_only()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1", "a");
        ada.Batch((EventOp.Update, "1", Edits.Set("title", "b")), (EventOp.Update, "1", Edits.Set("title", "c")));
        ada.Set("1", "d");

        ada.Sync();

        Assert.Equal(["a", "c", "d"], _home.Stored.Select(stored => stored.Event.Fields.Changes[0].Delta.Wire.ToString().Trim('"')));
    }

    [Fact]
    public void An_edit_says_what_its_author_had_seen_when_it_was_made()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        _home.Publish("bob", Edits.Insert("1"), Edits.Insert("2"));
        ada.Insert("early");
        ada.Sync();
        ada.Insert("late");
        ada.Sync();

        Assert.Equal([0, 3], _home.Stored.Where(stored => stored.Client == ada.Id).Select(stored => stored.Event.PrecedingSeq.Value));
    }

    [Fact]
    public void A_value_that_is_set_back_while_its_change_is_on_its_way_is_sent()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1", "0");
        ada.Sync();
        ada.Set("1", "1");
        ada.Set("1", "0");   // equal to what is confirmed, but not to what lies beneath

        ada.Sync();

        Assert.Equal("""{"title":"0"}""", _home.State.Visible().Single().Fields.ToString());
    }

    private static string WithoutRef(string frame) => frame[frame.IndexOf("\"stream\"", StringComparison.Ordinal)..];
}

using Runnel.Client.Connection;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Replica;

/// <summary>Restored backups and cloned devices: the copy is found out, gets an id of its own, and loses and doubles nothing.</summary>
public sealed class CopyTests
{
    private readonly TestHome _home = new();

    [Fact]
    public void A_restored_backup_does_not_send_again_what_the_earlier_life_has_sent()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1", "a");
        ada.Sync();
        ada.Disconnect();
        ada.Insert("2");
        ada.Insert("3");
        var backup = ada.Clone();
        ada.Sync();
        ada.Insert("4");
        ada.Sync();
        var before = _home.Stored.Count;

        backup.Insert("5");
        backup.Sync();

        Assert.IsType<ReplicaOutput.FoundCopy>(backup.Notes[0]);
        Assert.Equal(["1", "2", "3", "4", "5"], Ids());
        Assert.Equal(before + 1, _home.Stored.Count);
        AssertSettled(backup);
        Assert.NotEqual(ada.Id, backup.Id);
        Assert.True(backup.Id > ada.Id);
    }

    [Fact]
    public void The_number_may_be_the_same_and_mean_another_edit()
    {
        // Content and number prove nothing: the nonce of the last number tells.
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Disconnect();
        var twin = ada.Clone();
        ada.Insert("ada's");
        ada.Sync();
        twin.Insert("twin's");
        twin.Sync();

        Assert.Equal(["ada's", "twin's"], Ids());
        AssertSettled(twin);
        ada.Insert("more");
        ada.Sync();
        Assert.Equal(["ada's", "twin's", "more"], Ids());
        AssertSettled(ada);
    }

    [Fact]
    public void Restored_with_frozen_numbers_nothing_is_sent_by_them()
    {
        // rules.md 8: (1,g0) is stored; the restored store would send g1 as 1 and g2 as 2: 1 conflicts, 2 would be accepted, then doubled.
        var ada = new Device(_home, "ada");
        ada.Sync();
        var backup = ada.Clone();
        ada.Insert("g0");
        ada.Sync();
        backup.Insert("g1");
        backup.Insert("g2");

        backup.Sync();

        Assert.Equal(["g0", "g1", "g2"], Ids());
        AssertSettled(backup);
    }

    [Fact]
    public void A_publish_that_was_on_its_way_when_the_backup_was_made_lands_once()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");   // frozen
        var backup = ada.Clone();
        ada.Sync();
        ada.Insert("2");
        ada.Sync();

        backup.Sync();

        Assert.Equal(["1", "2"], Ids());
        AssertSettled(backup);
    }

    [Fact]
    public void A_late_frame_of_the_earlier_life_is_shut_out_before_the_stream_is_read()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        ada.Disconnect();
        ada.Insert("2");
        var backup = ada.Clone();
        ada.Insert("3");
        ada.Connect();
        ada.CarryUp();
        ada.CarryDown();
        var late = ada.Connection!;   // holds a publish of 2 and 3 that the server has not taken
        Assert.Single(late.Up);

        backup.Connect();
        _home.Publish("carol", Edits.Insert("c"));
        backup.Sync();
        backup.GiveUpId();
        _home.TakeNext(late);

        Assert.IsType<ServerMessage.Error>(late.Down.Last());
        backup.Sync();
        Assert.Equal(["1", "2", "c"], Ids().Order());
    }

    [Fact]
    public void What_an_old_connection_still_says_once_the_id_is_given_up_counts_for_nothing()
    {
        // The stream was empty when the old connection asked for it, so that its answer says there is nothing to read.
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Disconnect();
        ada.Insert("1");
        var twin = ada.Clone();
        twin.Connect();
        twin.CarryUp();
        var late = twin.Connection!;
        ada.Sync();

        twin.GiveUpId();   // as another of its streams has found
        twin.Take(late.Down.Dequeue());
        twin.Sync();

        Assert.Equal(["1"], Ids());
        AssertSettled(twin);
    }

    [Fact]
    public void What_is_tried_again_before_the_stream_is_read_is_not_sent_if_it_stands_there()
    {
        // Refused to the one, and then stored of the other: only the stream tells.
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Disconnect();
        ada.Insert("1");
        ada.Insert("2");
        var twin = ada.Clone();
        _home.Refuses = _ => new Refusal(ErrorCode.Forbidden, "Not yet.");
        twin.Sync();
        _home.Refuses = _ => null;
        ada.Sync();

        while (!twin.Notes.OfType<ReplicaOutput.FoundCopy>().Any()) twin.CarryDown();
        twin.Retry("1");
        twin.Sync();

        Assert.Equal(["1", "2"], Ids());
        AssertSettled(twin);
    }

    [Fact]
    public async Task Any_number_of_copies_can_give_the_same_id_up()
    {
        _home.Create(StreamSettings.Default);
        var ada = ClientId.Parse("ada");

        // Each of them has seen fewer connections than the one before.
        for (var session = 20; session > 0; session--) await FormerIds.EndAsync(new HomeTransport(_home), new ClientIdentity(ada, session), [TestHome.Stream], null, TestContext.Current.CancellationToken);

        var late = _home.Connect(ada, 1L << 52);
        late.Say(new ClientMessage.Publish(1, TestHome.Stream, [Edits.Insert("1")]));
        _home.TakeNext(late);
        Assert.Equal("stale_session", Assert.IsType<ServerMessage.Error>(late.Down.Dequeue()).Code);
    }

    [Fact]
    public void Two_copies_that_are_online_at_once_both_keep_their_edits()
    {
        for (var round = 0; round < 20; round++)
        {
            var home = new TestHome();
            var ada = new Device(home, "ada");
            ada.Sync();
            ada.Insert("0");
            ada.Sync();
            ada.Disconnect();
            var twin = ada.Clone();
            ada.Connect();
            twin.Connect();
            ada.Sync();
            twin.Sync();
            ada.Insert($"a{round}");
            twin.Insert($"t{round}");
            for (var i = 0; i < 3; i++)
            {
                ada.Sync();
                twin.Sync();
            }

            Assert.Equal(["0", $"a{round}", $"t{round}"], home.Stored.Select(stored => stored.Event.Key.Id.Value).Order());
            Assert.Empty(ada.Outbox);
            Assert.Empty(twin.Outbox);
            Assert.NotEqual(ada.Id, twin.Id);
        }
    }

    [Fact]
    public void An_own_number_that_came_back_is_never_taken_for_the_twins()
    {
        // The twin's event has the number, the object and the fields of the one that is on its way here: only the server's word settles it.
        var ada = new Device(_home, "ada");
        ada.Insert("n");
        ada.Sync();
        ada.Disconnect();
        var twin = ada.Clone();
        ada.Sync();
        do twin.Connect();
        while (twin.Connection!.Session < ada.Connection!.Session);   // else it is the twin that is shut out
        twin.CarryUp();
        ada.Edit(EventOp.Update, "n", Edits.Inc("count", 1));
        var asAda = ada.Connection!;
        asAda.Up.Clear();   // never arrives
        twin.Sync();
        twin.Edit(EventOp.Update, "n", Edits.Inc("count", 1));
        twin.Sync();

        ada.Take(new ServerMessage.Events(TestHome.Stream, new Seq(2), new Seq(2), [_home.Stored[1]]));

        Assert.Single(ada.Outbox);
        Assert.Equal(1, ada.Replica.Head.Value);
    }

    [Fact]
    public void What_is_edited_while_the_stream_is_read_is_sent_and_does_not_change_what_may_be_stored()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("n");
        ada.Sync();
        ada.Disconnect();
        ada.Edit(EventOp.Update, "n", Edits.Inc("count", 1));
        var backup = ada.Clone();
        ada.Sync();
        backup.Connect();
        backup.CarryUp();
        backup.CarryDown();   // it has found out now
        Assert.Contains(backup.Notes, note => note is ReplicaOutput.FoundCopy);
        backup.Edit(EventOp.Update, "n", Edits.Inc("count", 1));

        backup.Sync();

        Assert.Equal("2", backup.Sees("n", "count"));
        AssertSettled(backup);
    }

    [Fact]
    public void An_edit_of_the_same_object_that_says_something_else_is_another_edit()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("n");
        ada.Sync();
        ada.Disconnect();
        var backup = ada.Clone();
        ada.Set("n", "ada's");
        ada.Sync();
        backup.Set("n", "the backup's");

        backup.Sync();

        Assert.Single(_home.Stored, stored => stored.Event.Fields.Wire.ToString().Contains("the backup's", StringComparison.Ordinal));
        AssertSettled(backup);
    }

    [Fact]
    public void A_copy_that_ends_while_it_gives_its_id_up_goes_on_where_it_was()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        ada.Disconnect();
        ada.Insert("2");
        var backup = ada.Clone();
        ada.Sync();
        backup.Insert("3");
        backup.Connect();
        backup.CarryUp();
        backup.CarryDown();
        backup.Restart();

        backup.Sync();

        Assert.Equal(["1", "2", "3"], Ids());
        AssertSettled(backup);
    }

    [Fact]
    public void A_copy_of_a_copy_is_found_out_too()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        var first = ada.Clone();
        ada.Insert("2");
        ada.Sync();
        first.Insert("3");
        first.Sync();
        first.Insert("4");
        first.Disconnect();
        first.Insert("5");
        var second = first.Clone();
        first.Sync();
        second.Insert("6");
        second.Sync();

        Assert.Equal(["1", "2", "3", "4", "5", "6"], Ids());
        AssertSettled(second);
        Assert.Equal(3, new[] { ada.Id, first.Id, second.Id }.Distinct().Count());
    }

    [Fact]
    public void A_store_that_is_no_copy_keeps_its_id()
    {
        var ada = new Device(_home, "ada");
        for (var i = 0; i < 20; i++)
        {
            ada.Insert($"{i}");
            if (i % 2 == 0) ada.Connect();
            if (i % 3 == 0) ada.Restart();
            if (i % 5 == 0) ada.Sync();
        }

        ada.Sync();

        Assert.Equal("ada", ada.Id.Value);
        Assert.Equal(20, _home.Stored.Count);
    }

    private IEnumerable<string> Ids() => _home.Stored.Select(stored => stored.Event.Key.Id.Value);

    private void AssertSettled(Device device)
    {
        Assert.Empty(device.Outbox);
        Assert.Equal(_home.State.MergeHash(), device.Replica.Confirmed.MergeHash());
    }
}

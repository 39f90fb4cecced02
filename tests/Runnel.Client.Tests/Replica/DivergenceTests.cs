using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Replica;

/// <summary>A server that has another history than the replica holds is noticed, and said; pending edits are kept.</summary>
public sealed class DivergenceTests
{
    private readonly TestHome _home = new();

    [Fact]
    public void A_stream_that_was_made_anew_is_another_stream()
    {
        var ada = Holding();
        _home.Replace();

        AssertKept(ada);
    }

    [Fact]
    public void A_server_that_answers_with_another_id_is_noticed_by_the_replica_itself()
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Subscribed(TestHome.Stream, "another", new Seq(100), StreamSettings.Default, 1, null));

        AssertKept(ada);
    }

    [Fact]
    public void A_refusal_of_settings_that_comes_twice_is_no_divergence()
    {
        var ada = Holding();
        ada.Replica.Want(StreamSettings.Parse(CanonicalJson.Parse("""{"order":"total"}""")), []);
        ada.Connect();
        ada.Connection!.Up.Clear();
        var refused = new ServerMessage.Error(null, TestHome.Stream.Value, ErrorCode.SettingsConflict.Name, "It has others.", IsRetryable: false);

        ada.Take(refused);
        ada.Take(refused);   // the subscribe was said twice, for the first answer took long

        Assert.DoesNotContain(ada.Notes, note => note is ReplicaOutput.StandsStill);
    }

    [Fact]
    public void A_head_beyond_the_servers_is_noticed()
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Subscribed(TestHome.Stream, _home.Header!.Id, Seq.None, StreamSettings.Default, 0, null));

        AssertKept(ada);
    }

    [Fact]
    public void A_server_that_has_forgotten_own_events_is_noticed()
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Subscribed(TestHome.Stream, _home.Header!.Id, new Seq(50), StreamSettings.Default, 0, null));

        AssertKept(ada);
    }

    [Theory]
    [InlineData("diverged")]
    [InlineData("gone")]
    [InlineData("unknown_stream")]
    [InlineData("forbidden")]
    [InlineData("too_large")]
    [InlineData("a_code_of_later")]
    public void What_is_said_of_the_stream_stops_it_and_rejects_nothing(string code)
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();   // the answer to subscribe
        ada.Take(new ServerMessage.Error(null, TestHome.Stream.Value, code, "No.", IsRetryable: false));

        AssertKept(ada);
    }

    [Theory]
    [InlineData("client_seq_gap")]
    [InlineData("future_preceding_seq")]
    [InlineData("preceding_seq_regressed")]
    public void A_publish_that_a_true_history_would_take_is_no_refusal(string code)
    {
        var ada = Holding();
        _home.NextAnswer = code;

        AssertKept(ada);
    }

    [Fact]
    public void What_stopped_it_is_looked_at_anew_on_the_next_connection()
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Error(null, TestHome.Stream.Value, "forbidden", "Not yet.", IsRetryable: false));
        Assert.Equal("Not yet.", ada.Replica.Trouble);

        ada.Connect();
        ada.Sync();

        Assert.Empty(ada.Outbox);
        Assert.Null(ada.Replica.Trouble);
    }

    [Fact]
    public void Started_over_it_takes_the_new_stream_and_sends_what_was_pending()
    {
        var ada = Holding();
        ada.Insert("frozen");
        ada.Connect();
        ada.CarryUp();
        ada.CarryDown();   // its publish is on its way
        _home.Replace();
        _home.Publish("carol", Edits.Insert("1", "carol's"), Edits.Insert("2", "carol's"));
        AssertKept(ada, pending: 3);
        ada.Sync();   // another process sees it again
        Assert.True(ada.Replica.HasDiverged);

        ada.StartOver();
        Assert.False(ada.Replica.IsLive);
        ada.Restart();
        ada.Sync();

        Assert.Empty(ada.Outbox);
        Assert.False(ada.Replica.HasDiverged);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
        Assert.Equal(1, _home.Stored.Count(stored => stored.Event.Key.Id.Value == "frozen"));
        Assert.Contains(_home.Stored, stored => stored.Client == ada.Id && stored.Event.Key.Id.Value == "1");
    }

    [Fact]
    public void Started_over_on_a_server_that_was_restored_from_a_backup_nothing_is_doubled()
    {
        // The server has the first of ada's events, and has lost the second; it knows her numbers up to 1.
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Error(null, TestHome.Stream.Value, "diverged", "It was restored.", IsRetryable: false));
        ada.Insert("2");

        ada.StartOver();
        ada.Sync();

        Assert.Equal(["1", "2"], _home.Stored.Select(stored => stored.Event.Key.Id.Value));
        Assert.Empty(ada.Outbox);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void Who_is_only_kept_out_has_not_diverged()
    {
        var ada = Holding();
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Take(new ServerMessage.Error(null, TestHome.Stream.Value, "forbidden", "No.", IsRetryable: false));

        AssertKept(ada);
        Assert.False(ada.Replica.HasDiverged);
    }

    /// <summary>A device that holds a prefix, and has an edit that is not sent.</summary>
    private Device Holding()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        ada.Disconnect();
        ada.Set("1", "pending");
        return ada;
    }

    private static void AssertKept(Device ada, int pending = 2)
    {
        ada.Sync();
        Assert.IsType<ReplicaOutput.StandsStill>(ada.Notes.Last());
        Assert.False(ada.Replica.IsLive);
        Assert.NotNull(ada.Replica.Trouble);
        ada.Set("2", "and another");
        Assert.Equal((pending, 0), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));
        Assert.Equal("\"pending\"", ada.Sees("1"));
        ada.Restart();
        Assert.Equal("\"pending\"", ada.Sees("1"));
    }
}

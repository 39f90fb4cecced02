using Runnel.Client.Replica;
using Runnel.Protocol;

namespace Runnel.Client.Tests.Replica;

/// <summary>What only stands in the way for a while never rejects an edit: it waits, and goes out unchanged.</summary>
public sealed class PauseTests
{
    private readonly TestHome _home = new();

    public static TheoryData<string> Retryable => ["overloaded", "rate_limited", "storage_full", "internal"];

    [Theory]
    [MemberData(nameof(Retryable))]
    public void After_a_retryable_refusal_the_same_is_sent_again_later(string code)
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        _home.NextAnswer = code;
        ada.Insert("1", "a");
        ada.Sync();
        Assert.IsType<ReplicaOutput.TryLater>(Assert.Single(ada.Notes));
        Assert.False(ada.Replica.IsLive);
        ada.Set("1", "b");
        Assert.Single(ada.Published);

        ada.Resume();
        ada.Sync();

        Assert.Equal(["a", "b"], _home.Stored.Select(stored => stored.Event.Fields.Changes[0].Delta.Wire.ToString().Trim('"')));
        Assert.Empty(ada.Outbox);
        Assert.Null(ada.Replica.Trouble);
    }

    [Fact]
    public void What_was_stored_in_spite_of_the_answer_internal_lands_once()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        ada.Connection!.Down.Clear();   // published is lost, and so are the events
        ada.Take(new ServerMessage.Error(Ref: RefOf(ada), TestHome.Stream.Value, "internal", "Unknown whether it was stored.", IsRetryable: true));

        ada.Resume();
        ada.Sync();

        Assert.Single(_home.Stored);
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void Own_events_that_come_back_while_it_waits_are_taken_once_the_server_has_said_whose_they_are()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        var events = ada.Connection!.Down.Single(message => message is ServerMessage.Events);
        ada.Connection.Down.Clear();
        ada.Take(new ServerMessage.Error(RefOf(ada), TestHome.Stream.Value, "internal", "Unknown whether it was stored.", IsRetryable: true));
        ada.Take(events);
        Assert.Single(ada.Outbox);
        Assert.DoesNotContain(ada.Notes, note => note is ReplicaOutput.FoundCopy);

        ada.Resume();
        ada.Sync();

        Assert.Empty(ada.Outbox);
        Assert.Single(_home.Stored);
    }

    [Fact]
    public void Who_is_not_logged_in_is_asked_for_a_token_and_nothing_is_rejected()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        _home.NextAnswer = "unauthorized";
        ada.Insert("1");
        ada.Sync();

        Assert.IsType<ReplicaOutput.AskForToken>(Assert.Single(ada.Notes));
        Assert.Equal((1, 0), (ada.Replica.Outbox.PendingCount, ada.Replica.Outbox.RejectedCount));
        ada.Connect();
        ada.Sync();

        Assert.Single(_home.Stored);
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void An_unanswered_publish_is_said_again_unchanged_on_the_same_connection()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.Tick();
        Assert.Single(ada.Published);
        ada.Tick();
        Assert.Equal(2, ada.Published.Count());
        Assert.NotEqual(ada.Published.First(), ada.Published.Last());   // but for its ref the same
        Assert.Equal(ada.Published.First()[30..], ada.Published.Last()[30..]);

        ada.Sync();

        Assert.Single(_home.Stored);
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void The_answer_to_an_earlier_copy_acknowledges_too()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.Tick();
        ada.Tick();
        ada.CarryUp();
        ada.Take(ada.Connection!.Down.First(message => message is ServerMessage.Published));

        Assert.Null(ada.Replica.Outbox.InFlight);
    }

    [Fact]
    public void What_subscribed_says_is_stored_is_not_rejected_by_the_answer_to_a_copy()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        ada.Connection!.Down.Clear();
        ada.Take(new ServerMessage.Subscribed(TestHome.Stream, _home.Header!.Id, new Seq(1), _home.Header.Settings, 1, ada.Outbox[0].Nonce));

        ada.Take(new ServerMessage.Error(RefOf(ada), TestHome.Stream.Value, "forbidden", "Not any more.", IsRetryable: false));

        Assert.Null(Assert.Single(ada.Outbox).Rejection);
        ada.Connect();
        ada.Sync();
        Assert.Empty(ada.Outbox);
        Assert.Single(_home.Stored);
    }

    [Fact]
    public void An_unanswered_subscribe_is_said_again()
    {
        var ada = new Device(_home, "ada");
        ada.Connect();
        ada.Connection!.Up.Clear();
        ada.Tick();
        ada.Tick();
        ada.Insert("1");

        ada.Sync();

        Assert.Single(_home.Stored);
    }

    [Fact]
    public void Where_nothing_is_asked_nothing_is_said_again()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1");
        ada.Sync();
        var frames = ada.Connection!.Frames.Count;

        for (var i = 0; i < 10; i++) ada.Tick();

        Assert.Equal(frames, ada.Connection.Frames.Count);
    }

    private static long RefOf(Device device)
    {
        using var frame = System.Text.Json.JsonDocument.Parse(device.Published.Last());
        return frame.RootElement.GetProperty("ref").GetInt64();
    }
}

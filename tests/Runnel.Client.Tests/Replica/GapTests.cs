using Runnel.Protocol;

namespace Runnel.Client.Tests.Replica;

/// <summary>Gaps are found by arithmetic and fetched exactly; what lies beyond one is neither reconciled nor shown.</summary>
public sealed class GapTests
{
    private readonly TestHome _home = new() { FrameEvents = 1 };

    [Fact]
    public void Exactly_what_is_missing_is_fetched_and_once()
    {
        var ada = Following(out var frames, 10);
        foreach (var seq in (int[])[2, 4, 5, 8]) ada.Take(frames[seq - 1]);

        var fetches = ada.Connection!.Frames.Where(frame => frame.Contains("\"fetch\"", StringComparison.Ordinal)).Select(frame => frame[frame.IndexOf("\"ranges\"", StringComparison.Ordinal)..]);
        Assert.Equal(["\"ranges\":[[1,1]]}", "\"ranges\":[[3,3]]}", "\"ranges\":[[6,7]]}"], fetches);
        Assert.Equal(0, ada.Replica.Head.Value);
        ada.Sync();

        Assert.Equal(8, ada.Replica.Head.Value);
        ada.Take(frames[8]);
        ada.Take(frames[9]);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void What_lies_beyond_a_gap_is_not_shown_nor_counted_as_seen()
    {
        var ada = Following(out var frames, 3);
        ada.Take(frames[0]);
        ada.Take(frames[2]);

        ada.Insert("mine");

        Assert.Equal("\"1\"", ada.Sees("1"));
        Assert.Null(ada.Sees("3"));
        Assert.Equal(1, ada.Outbox[0].Draft.PrecedingSeq!.Value.Value);
        ada.Sync();
        Assert.Equal("\"3\"", ada.Sees("3"));
    }

    [Fact]
    public void What_comes_twice_is_taken_once()
    {
        var ada = Following(out var frames, 3);
        foreach (var frame in (ServerMessage[])[frames[0], frames[0], frames[1], frames[0], frames[2], frames[2], frames[1]]) ada.Take(frame);

        Assert.Equal(3, ada.Replica.Head.Value);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void A_fetch_that_goes_unanswered_is_asked_again()
    {
        var ada = Following(out var frames, 3);
        ada.Take(frames[2]);
        ada.Connection!.Up.Clear();
        ada.Tick();
        ada.Tick();

        ada.Sync();

        Assert.Equal(3, ada.Replica.Head.Value);
    }

    [Fact]
    public void A_gap_is_forgotten_with_its_connection()
    {
        var ada = Following(out var frames, 5);
        ada.Take(frames[0]);
        ada.Take(frames[4]);
        ada.Connect();

        ada.Sync();

        Assert.Contains("\"after\":1", ada.Connection!.Frames[0], StringComparison.Ordinal);
        Assert.Equal(5, ada.Replica.Head.Value);
    }

    [Fact]
    public void Far_more_than_is_kept_beyond_a_gap_comes_all_the_same()
    {
        const int Count = 25_000;
        _home.FrameEvents = 1_000;
        var ada = new Device(_home, "ada");
        ada.Sync();
        for (var i = 0; i < Count; i += 1_000) _home.Publish("bob", [.. Enumerable.Range(i, 1_000).Select(n => Edits.Insert($"{n % 10}"))]);
        ada.Connection!.Down.Dequeue();   // the first frame is lost

        ada.Sync();

        Assert.Equal(Count, ada.Replica.Head.Value);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    /// <summary>A device that follows the stream, and the frames of <paramref name="count"/> events that it has not taken.</summary>
    private Device Following(out List<ServerMessage> frames, int count)
    {
        var ada = new Device(_home, "ada");
        _home.Create(Records.StreamSettings.Default);
        ada.Sync();
        for (var i = 1; i <= count; i++) _home.Publish("bob", Edits.Insert($"{i}", $"{i}"));
        frames = [.. ada.Connection!.Down];
        ada.Connection.Down.Clear();
        return ada;
    }
}

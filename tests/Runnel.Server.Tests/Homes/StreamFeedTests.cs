using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Homes;

public sealed class StreamFeedTests
{
    private readonly SampleStream _todo = new("todo");
    private readonly InMemoryStreamStore _store = new(new SimulatedDisk());
    private readonly StreamFeed _feed;
    private readonly RecordingFollower _follower;

    public StreamFeedTests()
    {
        _feed = new StreamFeed(_todo.Name, _store);
        _feed.Reset(_todo.Header);
        _follower = new RecordingFollower(_feed);
    }

    [Fact]
    public void What_is_shown_is_followed_in_order()
    {
        _feed.Follow(_follower, _todo.Id);

        Show(3);
        Show(0);
        Show(2);

        Assert.Equal([1, 2, 3, 4, 5], _follower.Seen.Select(seen => seen.Seq.Value));
        Assert.Equal(new Seq(5), _feed.Header!.Head);
    }

    [Fact]
    public void Readers_at_one_place_share_the_bytes_of_their_frame()
    {
        _feed.Follow(_follower, _todo.Id);
        Show(3);

        var frame = _feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000);
        Assert.Same(frame, _feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000));

        Show(1);
        Assert.Equal(new Seq(4), _feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000)!.To);
    }

    [Fact]
    public void Readers_who_are_behind_get_the_large_frames_of_those_before_them()
    {
        _feed.Follow(_follower, _todo.Id);
        Show(200);
        var first = Take(Seq.None);
        Show(200);
        var second = Take(first.To);
        Show(1);

        Assert.Equal([200, 400], [first.To.Value, second.To.Value]);
        Assert.Same(first, Take(Seq.None));
        Assert.Same(second, Take(first.To));
        Assert.Equal(new Seq(401), Take(second.To).To);
    }

    [Fact]
    public void A_reader_between_two_large_frames_is_brought_to_where_the_next_begins()
    {
        _feed.Follow(_follower, _todo.Id);
        Show(200);
        Take(Seq.None);
        Show(200);
        var second = Take(new Seq(200));

        Assert.Equal(new Seq(200), Take(new Seq(50)).To);
        Assert.Same(second, Take(new Seq(200)));
        Assert.Equal(new Seq(400), Take(new Seq(250)).To);
    }

    [Fact]
    public async Task Readers_who_follow_one_another_through_the_past_get_the_same_frames()
    {
        var created = _todo.Take(_todo.Append(1_000) with { Header = _todo.Header });
        await _store.CommitAsync([created], TestContext.Current.CancellationToken);
        _feed.Reset(_todo.Header);
        _feed.Follow(_follower, _todo.Id);

        var first = await ReadAsync(Seq.None);
        var second = await ReadAsync(first.To);
        var between = await ReadAsync(new Seq(first.To.Value - 3));

        Assert.Same(first, Take(Seq.None));
        Assert.Same(second, Take(first.To));
        Assert.Equal(first.To, between.To);

        async Task<FeedFrame> ReadAsync(Seq after) =>
            Assert.IsType<FeedFrame>(await _feed.ReadFrameAsync(_todo.Id, after, new Seq(1_000), 200, 1_000_000, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Large_frames_leave_memory_with_time()
    {
        _feed.Follow(_follower, _todo.Id);
        for (var i = 0; i < 100; i++)
        {
            Show(200);
            Take(new Seq(i * 200));
        }

        Assert.Null(_feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000));
    }

    [Fact]
    public void A_reader_that_holds_everything_gets_no_frame()
    {
        Show(3);

        Assert.Null(_feed.TryTakeFrame(_todo.Id, new Seq(3), 1_000, 1_000_000));
        Assert.Null(_feed.TryTakeFrame(_todo.Id, new Seq(9), 1_000, 1_000_000));
    }

    [Fact]
    public void The_oldest_events_leave_memory_and_are_then_read_from_the_store()
    {
        _feed.Follow(_follower, _todo.Id);
        for (var i = 0; i < 10; i++) Show(1_000);

        Assert.Null(_feed.TryTakeFrame(_todo.Id, new Seq(10), 1_000, 1_000_000));
        Assert.Equal(new Seq(9_001), Assert.IsType<ServerMessage.Events>(ServerMessageCodec.Parse(_feed.TryTakeFrame(_todo.Id, new Seq(9_000), 1_000, 1_000_000)!.Json.Span)).From);
    }

    [Fact]
    public void A_stream_that_nobody_follows_keeps_no_events_in_memory()
    {
        Show(3);
        Assert.Null(_feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000));

        _feed.Follow(_follower, _todo.Id);
        Show(2);
        Assert.Null(_feed.TryTakeFrame(_todo.Id, Seq.None, 1_000, 1_000_000));
        Assert.Equal(new Seq(5), _feed.TryTakeFrame(_todo.Id, new Seq(3), 1_000, 1_000_000)!.To);
    }

    [Fact]
    public void After_a_reset_to_the_same_stream_followers_go_on()
    {
        _feed.Follow(_follower, _todo.Id);
        Show(2);

        _feed.Reset(_todo.Header);
        Show(1);

        Assert.Empty(_follower.Endings);
        Assert.Equal([1, 2, 3], _follower.Seen.Select(seen => seen.Seq.Value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_reset_to_another_stream_or_none_followers_are_told_that_theirs_is_gone(bool isMadeAnew)
    {
        _feed.Follow(_follower, _todo.Id);
        Show(2);

        _feed.Reset(isMadeAnew ? new SampleStream("todo", 2).Header : null);

        Assert.Equal([ErrorCode.Gone], _follower.Endings.Select(refusal => refusal.Code));
    }

    [Fact]
    public void Who_comes_to_follow_a_stream_that_is_gone_by_now_is_told_at_once()
    {
        _feed.End(new Refusal(ErrorCode.Gone, "gone"));
        _feed.Reset(new SampleStream("todo", 2).Header);

        _feed.Follow(_follower, _todo.Id);

        Assert.Equal([ErrorCode.Gone], _follower.Endings.Select(refusal => refusal.Code));
    }

    [Fact]
    public void Who_comes_to_follow_a_feed_whose_home_has_stopped_is_told_at_once()
    {
        _feed.Follow(_follower);
        _feed.Close(new Refusal(ErrorCode.Internal, "stopped"));
        var late = new RecordingFollower(_feed);
        var later = new RecordingFollower(_feed);

        _feed.Follow(late);
        _feed.Follow(later, _todo.Id);

        Assert.Equal([ErrorCode.Internal], _follower.Endings.Select(refusal => refusal.Code));
        Assert.Equal([ErrorCode.Internal], late.Endings.Select(refusal => refusal.Code));
        Assert.Equal([ErrorCode.Internal], later.Endings.Select(refusal => refusal.Code));
    }

    [Fact]
    public void A_signal_goes_to_all_followers_but_its_sender()
    {
        var other = new RecordingFollower(_feed);
        _feed.Follow(_follower);
        _feed.Follow(other);

        _feed.Signal(_follower, "here"u8.ToArray());
        _feed.Unfollow(other);
        _feed.Signal(_follower, "nobody"u8.ToArray());

        Assert.Empty(_follower.Signals);
        Assert.Equal(["here"], other.Signals);
    }

    private FeedFrame Take(Seq after) => Assert.IsType<FeedFrame>(_feed.TryTakeFrame(_todo.Id, after, 1_000, 1_000_000));

    private void Show(int events)
    {
        var append = _todo.Take(_todo.Append(events));
        _feed.Show(_todo.Header, append.Events);
    }
}

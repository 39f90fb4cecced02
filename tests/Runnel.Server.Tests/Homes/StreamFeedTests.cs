using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Homes;

public sealed class StreamFeedTests
{
    private readonly SampleStream _todo = new("todo");
    private readonly StreamFeed _feed;
    private readonly RecordingFollower _follower;

    public StreamFeedTests()
    {
        _feed = new StreamFeed(_todo.Name, new InMemoryStreamStore(new SimulatedDisk()));
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

    private void Show(int events)
    {
        var append = _todo.Take(_todo.Append(events));
        _feed.Show(_todo.Header, append.Events);
    }
}

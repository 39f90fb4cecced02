using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Tests.Homes;

public sealed class UnreadableStoreTests : IAsyncDisposable
{
    private readonly HomesHarness _server = new();

    [Fact]
    public async Task A_request_to_a_stream_that_cannot_be_read_is_answered()
    {
        _server.Disk.FailsReads = true;

        Assert.Equal(ErrorCode.Internal, HomesHarness.CodeOf(await _server.Publish("todo", "phone", HomesHarness.Set(1, "a"))));

        _server.Disk.FailsReads = false;
        Assert.Equal([1], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a")));
    }

    [Fact]
    public async Task A_damaged_stream_is_named_and_harms_no_other()
    {
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"), HomesHarness.Set(2, "b"));
        _server.Disk.Damage(StreamName.Parse("todo"), new Seq(2));
        await Assert.ThrowsAsync<StreamStoreException>(() => _server.StoredAsync("todo"));
        await LeaveMemoryAsync();

        var refused = Assert.IsType<PublishResult.Refused>(await _server.Publish("todo", "phone", HomesHarness.Set(3, "c")));

        Assert.Equal(ErrorCode.Internal, refused.Refusal.Code);
        Assert.Contains("todo are damaged", refused.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal([1], await _server.PublishedAsync("other", "phone", HomesHarness.Set(1, "a")));
    }

    [Fact]
    public async Task Whoever_watches_a_stream_that_cannot_be_read_is_told_so()
    {
        _server.Disk.FailsReads = true;
        using var watch = await Task.Run(() => _server.Homes.Watch(StreamName.Parse("todo")), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var follower = new RecordingFollower(watch.Feed);

        watch.Feed.Follow(follower);

        // At once if the home has given up already, else when it does.
        await HomesHarness.UntilAsync(() => !follower.Endings.IsEmpty);
        Assert.Equal([ErrorCode.Internal], follower.Endings.Select(refusal => refusal.Code));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task LeaveMemoryAsync()
    {
        _server.Time.Advance(_server.Options.IdleTimeout);
        await HomesHarness.UntilAsync(() => _server.Homes.Count == 0);
    }
}

using System.Collections.Concurrent;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Homes;

public sealed class StreamHomesTests : IAsyncDisposable
{
    private readonly HomesHarness _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_publishers_at_once_lose_repeat_and_disorder_nothing()
    {
        const int Publishers = 16, Batches = 40, Streams = 4;
        var answers = new ConcurrentDictionary<(string Stream, string Title), long>();

        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(() => PublishAsync($"author-{publisher}"), Cancellation)));

        for (var s = 0; s < Streams; s++)
        {
            var stored = await _server.StoredAsync($"stream-{s}");
            Assert.Equal(Enumerable.Range(1, Publishers * Batches / Streams * 2).Select(n => (long)n), stored.Select(item => item.Seq.Value));
            foreach (var item in stored) Assert.Equal(item.Seq.Value, answers[($"stream-{s}", TitleOf(item))]);
            foreach (var author in stored.GroupBy(item => item.Client)) Assert.Equal(Enumerable.Range(1, author.Count()).Select(n => (long)n), author.Select(item => item.Event.ClientSeq));
        }

        async Task PublishAsync(string author)
        {
            var random = new Random(author.GetHashCode(StringComparison.Ordinal));
            for (var batch = 0; batch < Batches; batch++)
            {
                var stream = $"stream-{batch % Streams}";
                var first = batch / Streams * 2 + 1;
                EventDraft[] events = [HomesHarness.Set(first, $"{author} {first}"), HomesHarness.Set(first + 1, $"{author} {first + 1}")];
                // Sent twice at once, as after a lost answer.
                var results = await Task.WhenAll(Enumerable.Range(0, random.Next(1, 3)).Select(_ => _server.Publish(stream, author, events)));
                var seqs = HomesHarness.SeqsOf(results[0]);
                Assert.All(results, result => Assert.Equal(seqs, HomesHarness.SeqsOf(result)));
                Assert.Equal(seqs[0] + 1, seqs[1]);
                for (var i = 0; i < 2; i++) answers[(stream, $"{author} {first + i}")] = seqs[i];
            }
        }
    }

    [Fact]
    public async Task More_requests_than_may_wait_at_a_home_are_refused_as_overloaded()
    {
        _server.Options.MaxQueuedRequests = 3;
        _server.Disk.HoldsCommits = true;
        var taken = Enumerable.Range(1, 3).Select(i => _server.Publish("todo", "phone", HomesHarness.Set(i, $"{i}"))).ToArray();

        var refused = await _server.Publish("todo", "phone", HomesHarness.Set(4, "4"));
        var other = _server.Publish("other", "phone", HomesHarness.Set(1, "1"));

        Assert.Equal(ErrorCode.Overloaded, HomesHarness.CodeOf(refused));
        Assert.True(ErrorCode.Overloaded.IsRetryable);
        Assert.All(taken, publish => Assert.False(publish.IsCompleted));

        await _server.GoOnAsync();
        Assert.Equal([1], HomesHarness.SeqsOf(await other));
        Assert.Equal([1L, 2, 3], (await Task.WhenAll(taken)).SelectMany(HomesHarness.SeqsOf));
        Assert.Equal([4], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(4, "4")));
    }

    [Fact]
    public async Task More_bytes_than_may_wait_for_the_disk_are_refused_as_overloaded_in_every_stream()
    {
        _server.Options.MaxQueuedBytes = 1_000;
        _server.Disk.HoldsCommits = true;
        var large = _server.Publish("todo", "phone", HomesHarness.Set(1, new string('a', 2_000)));
        await _server.HeldCommitAsync();

        Assert.Equal(ErrorCode.Overloaded, HomesHarness.CodeOf(await _server.Publish("other", "phone", HomesHarness.Set(1, "b"))));

        await _server.GoOnAsync();
        Assert.Equal([1], HomesHarness.SeqsOf(await large));
        Assert.Equal([1], await _server.PublishedAsync("other", "phone", HomesHarness.Set(1, "b")));
    }

    [Fact]
    public async Task What_waits_behind_a_resend_counts_among_the_bytes_that_wait()
    {
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"));
        _server.Options.MaxQueuedBytes = 5_000;
        _server.Disk.HoldsCommits = true;
        var written = _server.Publish("todo", "phone", HomesHarness.Set(2, "b"));
        await _server.HeldCommitAsync();
        var resend = _server.Publish("todo", "phone", HomesHarness.Set(1, "a"));   // is compared once the commit has landed

        var behind = Enumerable.Range(1, 20).Select(i => _server.Publish("todo", $"author-{i}", HomesHarness.Set(1, new string('a', 1_000)))).ToArray();
        var refused = behind.Count(publish => publish.IsCompleted);
        await _server.GoOnAsync();

        Assert.InRange(refused, 14, 16);
        Assert.Equal(refused, (await Task.WhenAll(behind)).Count(result => result is PublishResult.Refused { Refusal.Code.Name: "overloaded" }));
        Assert.Equal([2], HomesHarness.SeqsOf(await written));
        Assert.Equal([1], HomesHarness.SeqsOf(await resend));
        Assert.Equal(20 - refused + 2, (await _server.StoredAsync("todo")).Count);
    }

    [Fact]
    public async Task A_refusal_on_the_spot_breaks_the_chain_it_was_sent_with()
    {
        _server.Options.MaxQueuedRequests = 1;
        _server.Disk.HoldsCommits = true;
        var first = _server.Publish("todo", "tablet", HomesHarness.Set(1, "a"));
        var chain = new PublishChain();
        var request = new PublishRequest { Stream = StreamName.Parse("todo"), Client = ClientId.Parse("phone"), Events = [HomesHarness.Set(1, "b")] };

        Assert.Equal(ErrorCode.Overloaded, HomesHarness.CodeOf(await _server.Homes.PublishAsync(request, chain, Cancellation)));
        Assert.True(chain.IsBroken);

        await _server.GoOnAsync();
        await first;
        Assert.Equal(ErrorCode.Overloaded, HomesHarness.CodeOf(await _server.Homes.PublishAsync(request, chain, Cancellation)));
        Assert.Equal([1L], (await _server.StoredAsync("todo")).Select(item => item.Seq.Value));
    }

    [Fact]
    public async Task Idle_homes_leave_memory_and_come_back_knowing_everything()
    {
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"), HomesHarness.Set(2, "b"));
        await _server.PublishedAsync("other", "phone", HomesHarness.Set(1, "a"));
        Assert.Equal(2, _server.Homes.Count);

        _server.Time.Advance(_server.Options.IdleTimeout);
        await HomesHarness.UntilAsync(() => _server.Homes.Count == 0);

        Assert.Equal([2, 3], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(2, "b"), HomesHarness.Set(3, "c")));
        Assert.Equal(ErrorCode.ClientSeqConflict, HomesHarness.CodeOf(await _server.Publish("todo", "phone", HomesHarness.Set(1, "other"))));
        Assert.Equal(1, _server.Homes.Count);
    }

    [Fact]
    public async Task Homes_that_are_watched_used_or_waited_for_stay_in_memory()
    {
        _server.Disk.HoldsCommits = true;
        var waiting = _server.Publish("waits", "phone", HomesHarness.Set(1, "a"));
        await _server.HeldCommitAsync();
        using (_server.Homes.Watch(StreamName.Parse("watched")))
        {
            await _server.Homes.OpenAsync(StreamName.Parse("used"), ClientId.Parse("phone"), 1, Cancellation);
            await _server.Homes.OpenAsync(StreamName.Parse("idle"), ClientId.Parse("phone"), 1, Cancellation);
            _server.Time.Advance(_server.Options.IdleTimeout / 2);
            await _server.Homes.OpenAsync(StreamName.Parse("used"), ClientId.Parse("phone"), 1, Cancellation);
            _server.Time.Advance(_server.Options.IdleTimeout / 2);
            await HomesHarness.UntilAsync(() => _server.Homes.Count == 3);
        }

        await _server.GoOnAsync();
        Assert.Equal([1], HomesHarness.SeqsOf(await waiting));
        _server.Time.Advance(_server.Options.IdleTimeout * 2);
        await HomesHarness.UntilAsync(() => _server.Homes.Count == 0);
    }

    [Fact]
    public async Task A_failed_commit_fails_everything_behind_it_and_the_home_is_read_again()
    {
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"));
        _server.Disk.HoldsCommits = true;
        var first = _server.Publish("todo", "phone", HomesHarness.Set(2, "b"));
        await _server.HeldCommitAsync();
        var behind = _server.Publish("todo", "phone", HomesHarness.Set(3, "c"));
        var resend = _server.Publish("todo", "phone", HomesHarness.Set(1, "a"));

        await _server.GoOnAsync(CommitFate.FailsUnwritten);

        Assert.Equal(ErrorCode.Internal, HomesHarness.CodeOf(await first));
        Assert.Equal(ErrorCode.Internal, HomesHarness.CodeOf(await behind));
        Assert.Equal([1], HomesHarness.SeqsOf(await resend));
        Assert.Equal([2, 3], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(2, "b"), HomesHarness.Set(3, "c")));
    }

    [Fact]
    public async Task A_full_disk_refuses_and_takes_again_once_there_is_room()
    {
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"));
        _server.Disk.IsFull = true;

        Assert.Equal(ErrorCode.StorageFull, HomesHarness.CodeOf(await _server.Publish("todo", "phone", HomesHarness.Set(2, "b"))));
        Assert.Equal([1], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a")));

        _server.Disk.IsFull = false;
        Assert.Equal([2], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(2, "b")));
    }

    [Fact]
    public async Task Disposing_finishes_what_was_accepted_and_refuses_the_rest()
    {
        _server.Disk.HoldsCommits = true;
        var accepted = Enumerable.Range(1, 5).Select(i => _server.Publish($"stream-{i % 2}", $"author-{i}", HomesHarness.Set(1, $"{i}"))).ToArray();
        await _server.HeldCommitAsync();

        var disposal = _server.Homes.DisposeAsync().AsTask();
        var late = await _server.Publish("todo", "phone", HomesHarness.Set(1, "a"));
        Assert.False(disposal.IsCompleted);
        await _server.GoOnAsync();
        await disposal;

        Assert.Equal(ErrorCode.Overloaded, HomesHarness.CodeOf(late));
        Assert.All(await Task.WhenAll(accepted), result => Assert.IsType<PublishResult.Published>(result));
        Assert.Equal(2, (await _server.StoredAsync("stream-0")).Count);
        Assert.Equal(3, (await _server.StoredAsync("stream-1")).Count);
    }

    [Fact]
    public async Task Disposing_tells_followers_to_come_again()
    {
        using var watch = _server.Homes.Watch(StreamName.Parse("todo"));
        var follower = new RecordingFollower(watch.Feed);
        watch.Feed.Follow(follower);

        await _server.Homes.DisposeAsync();

        Assert.Equal([ErrorCode.Internal], follower.Endings.Select(refusal => refusal.Code));
    }

    [Fact]
    public async Task A_deleted_stream_is_gone_for_its_followers_and_its_name_begins_anew()
    {
        var todo = StreamName.Parse("todo");
        using var watch = _server.Homes.Watch(todo);
        await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "a"), HomesHarness.Set(2, "b"));
        var opened = Assert.IsType<OpenResult.Opened>(await _server.Homes.OpenAsync(todo, ClientId.Parse("phone"), 1, Cancellation));
        var follower = new RecordingFollower(watch.Feed);
        watch.Feed.Follow(follower, opened.Header.Id);

        Assert.Null(await _server.Homes.DeleteAsync(todo, Cancellation));
        Assert.Equal(ErrorCode.UnknownStream, (await _server.Homes.DeleteAsync(todo, Cancellation))?.Code);

        Assert.Equal([ErrorCode.Gone], follower.Endings.Select(refusal => refusal.Code));
        Assert.Null(await _server.Homes.FindAsync(todo, Cancellation));
        Assert.Equal([1], await _server.PublishedAsync("todo", "phone", HomesHarness.Set(1, "c")));
        Assert.NotEqual(opened.Header.Id, (await _server.Homes.FindAsync(todo, Cancellation))!.Id);
        Assert.Empty(follower.Seen);
    }

    [Fact]
    public async Task Followers_get_every_event_once_in_order_while_it_is_published()
    {
        using var watch = _server.Homes.Watch(StreamName.Parse("todo"));
        var follower = new RecordingFollower(watch.Feed);
        watch.Feed.Follow(follower);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async author =>
        {
            for (var i = 1; i <= 25; i++) await _server.PublishedAsync("todo", $"author-{author}", HomesHarness.Set(i, $"{author} {i}"));
        }));

        var stored = await _server.StoredAsync("todo");
        Assert.Equal(200, stored.Count);
        Assert.Equal(stored.Select(item => (item.Seq, TitleOf(item))), follower.Seen.Select(item => (item.Seq, TitleOf(item))));
    }

    [Fact]
    public async Task Readers_are_shown_nothing_that_is_not_durable()
    {
        using var watch = _server.Homes.Watch(StreamName.Parse("todo"));
        var follower = new RecordingFollower(watch.Feed);
        watch.Feed.Follow(follower);
        _server.Disk.HoldsCommits = true;

        var publish = _server.Publish("todo", "phone", HomesHarness.Set(1, "a"));
        await _server.HeldCommitAsync();
        Assert.Null(watch.Feed.Header);
        Assert.Empty(follower.Seen);
        Assert.False(publish.IsCompleted);

        await _server.GoOnAsync();
        await publish;
        Assert.Equal(Seq.First, watch.Feed.Header?.Head);
        Assert.Single(follower.Seen);
    }

    [Fact]
    public async Task A_stream_is_created_with_its_settings_and_found_by_name_only()
    {
        var todo = StreamName.Parse("todo");
        var total = StreamSettings.Parse(CanonicalJson.Parse("""{"order":"total"}"""));
        await _server.Homes.CreateAsync(StreamName.Parse("todo:home"), StreamSettings.Default, Cancellation);

        Assert.Null(await _server.Homes.FindAsync(todo, Cancellation));
        var made = Assert.IsType<CreateResult.Ready>(await _server.Homes.CreateAsync(todo, total, Cancellation));
        var refused = Assert.IsType<CreateResult.Refused>(await _server.Homes.CreateAsync(todo, StreamSettings.Default, Cancellation));

        Assert.True(made.IsNew);
        Assert.Equal(ErrorCode.SettingsConflict, refused.Refusal.Code);
        Assert.Equal(made.Header, await _server.Homes.FindAsync(todo, Cancellation));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string TitleOf(StreamEvent item) => item.Event.Fields.Changes[0].Delta.Wire.TryGetString(out var title) ? title : "";
}

using System.Collections.Concurrent;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Tests.Homes;

public sealed class GroupCommitterTests : IAsyncDisposable
{
    private readonly SimulatedDisk _disk = new();
    private readonly InMemoryStreamStore _store;
    private readonly HomeOptions _options = new();
    private readonly Lazy<GroupCommitter> _committer;
    private readonly Listener _listener = new();

    public GroupCommitterTests()
    {
        _store = new InMemoryStreamStore(_disk);
        _committer = new Lazy<GroupCommitter>(() => new GroupCommitter(_store, _options));
    }

    [Fact]
    public async Task What_gathers_while_a_commit_is_written_shares_the_next_one()
    {
        await HoldFirstAsync();
        var streams = Enumerable.Range(1, 50).Select(i => new SampleStream($"stream-{i}")).ToArray();
        foreach (var stream in streams) Enqueue(stream.Take(stream.Create(2)));
        foreach (var stream in streams) Enqueue(stream.Take(stream.Append(3)));

        await GoOnAsync(101);

        Assert.Equal(2, _disk.SyncedCommits.Count);
        Assert.Equal(50, _disk.SyncedCommits[1].Count);
        Assert.All(_disk.SyncedCommits[1], append => Assert.Equal(5, append.Events.Count));
        foreach (var stream in streams) await stream.AssertHeldByAsync(_store, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_delete_begins_a_group_and_so_does_what_comes_after_it()
    {
        await HoldFirstAsync();
        var todo = new SampleStream("todo");
        var next = new SampleStream("todo", 2);
        Enqueue(todo.Take(todo.Create(2)));
        Enqueue(todo.Delete());
        Enqueue(next.Take(next.Create(1)));
        Enqueue(next.Take(next.Append(1)));

        await GoOnAsync(5);

        Assert.Equal([1, 1, 1, 1], _disk.SyncedCommits.Select(group => group.Count));
        Assert.True(_disk.SyncedCommits[2][0].IsDelete);
        await next.AssertHeldByAsync(_store, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_group_takes_as_many_appends_as_it_may()
    {
        _options.MaxGroupAppends = 4;
        await HoldFirstAsync();
        var todo = new SampleStream("todo");
        Enqueue(todo.Take(todo.Create(1)));
        for (var i = 0; i < 9; i++) Enqueue(todo.Take(todo.Append(1)));

        await GoOnAsync(11);

        Assert.Equal([1, 4, 4, 2], _disk.SyncedCommits.Select(group => group.Sum(append => append.Events.Count)));
        await todo.AssertHeldByAsync(_store, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Homes_are_told_in_the_order_of_their_appends_and_one_that_is_stale_harms_no_other()
    {
        await HoldFirstAsync();
        var todo = new SampleStream("todo");
        var other = new SampleStream("other");
        Enqueue(todo.Create(1));
        Enqueue(other.Append(1) with { ExpectedHead = new Seq(5), Events = [] });
        Enqueue(todo.Append(0) with { ExpectedHead = new Seq(1) });

        await GoOnAsync(4);

        Assert.Equal(["committed", "committed", "committed", "internal"], _listener.Told);
        Assert.Contains("head is 0, not 5", _listener.Refusals.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_commit_is_told_to_all_of_its_group_and_the_next_group_is_tried()
    {
        var todo = new SampleStream("todo");
        var other = new SampleStream("other");
        _disk.HoldsCommits = true;
        Enqueue(todo.Create(1));
        await HomesHarness.UntilAsync(() => _disk.HasHeldCommit);
        Enqueue(other.Take(other.Create(1)));
        _disk.HoldsCommits = false;
        _disk.NextFate = CommitFate.FailsUnwritten;
        _disk.ReleaseCommit();
        await HomesHarness.UntilAsync(() => _listener.Told.Count == 2);

        Assert.Equal(["internal", "committed"], _listener.Told);
        await other.AssertHeldByAsync(_store, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stopping_writes_what_is_queued_and_fails_what_comes_later()
    {
        await HoldFirstAsync();
        var todo = new SampleStream("todo");
        Enqueue(todo.Take(todo.Create(1)));
        var stopping = _committer.Value.DisposeAsync().AsTask();
        Enqueue(todo.Append(1));
        Assert.False(stopping.IsCompleted);

        _disk.HoldsCommits = false;
        _disk.ReleaseCommit();
        await stopping;

        Assert.Equal(["overloaded", "committed", "committed"], _listener.Told);
        await todo.AssertHeldByAsync(_store, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _disk.HoldsCommits = false;
        if (_disk.HasHeldCommit) _disk.ReleaseCommit();
        await _committer.Value.DisposeAsync();
        await _store.DisposeAsync();
    }

    private void Enqueue(StreamAppend append) => _committer.Value.Enqueue(append, _listener);

    /// <summary>Has one commit held, so that the next group gathers.</summary>
    private async Task HoldFirstAsync()
    {
        _disk.HoldsCommits = true;
        Enqueue(new SampleStream("first").Create(1));
        await HomesHarness.UntilAsync(() => _disk.HasHeldCommit);
    }

    private async Task GoOnAsync(int told)
    {
        _disk.HoldsCommits = false;
        _disk.ReleaseCommit();
        await HomesHarness.UntilAsync(() => _listener.Told.Count == told);
    }

    private sealed class Listener : ICommitListener
    {
        public ConcurrentQueue<string> Told { get; } = [];

        public ConcurrentQueue<Refusal> Refusals { get; } = [];

        public void Committed() => Told.Enqueue("committed");

        public void CommitFailed(Refusal refusal)
        {
            Refusals.Enqueue(refusal);
            Told.Enqueue(refusal.Code.Name);
        }
    }
}

using System.Threading.Channels;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// Gathers the appends of all homes into groups and commits one group after the other: everybody shares the fsync, and nobody waits
/// for anything but the commit it belongs to. While a group is being written, the next one gathers.
/// </summary>
internal sealed class GroupCommitter : IAsyncDisposable
{
    private readonly IStreamStore _store;
    private readonly int _maxGroupAppends;
    private readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;
    private Work? _carried;

    public GroupCommitter(IStreamStore store, HomeOptions options)
    {
        _store = store;
        _maxGroupAppends = options.MaxGroupAppends;
        _loop = RunAsync();
    }

    /// <summary>Commits <paramref name="append"/> behind all before it, then tells <paramref name="home"/>.</summary>
    public void Enqueue(StreamAppend append, ICommitListener home)
    {
        if (!_queue.Writer.TryWrite(new Work(append, home))) home.CommitFailed(new Refusal(ErrorCode.Overloaded, "The server is stopping; nothing was stored."));
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (_carried is not null || await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var group = Gather();
            await CommitAsync(group).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what is queued, up to a group's bound or to the first append that cannot share a commit with one before it.</summary>
    private CommitGroup<Work> Gather()
    {
        var group = new CommitGroup<Work>();
        for (var count = 0; count < _maxGroupAppends; count++)
        {
            if ((_carried ?? (_queue.Reader.TryRead(out var next) ? next : null)) is not { } work) break;
            _carried = group.TryAdd(work.Append, work) ? null : work;
            if (_carried is not null) break;
        }
        return group;
    }

    private async ValueTask CommitAsync(CommitGroup<Work> group)
    {
        try
        {
            var results = await _store.CommitAsync(group.Merge(), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < results.Count; i++) Tell(group.OwnersOf(i), RefusalOf(results[i]));
        }
        catch (Exception exception)   // whatever it is, homes must learn that nothing is known to be written
        {
            for (var i = 0; i < group.Count; i++) Tell(group.OwnersOf(i), StoreRefusal.Of(exception));
        }
    }

    private static void Tell(IReadOnlyList<Work> works, Refusal? refusal)
    {
        foreach (var work in works)
        {
            if (refusal is null) work.Home.Committed();
            else work.Home.CommitFailed(refusal);
        }
    }

    private static Refusal? RefusalOf(AppendResult result) => result is AppendResult.StaleHead stale
        ? new Refusal(ErrorCode.Internal, $"The stream was written elsewhere: its head is {stale.Head}, not {stale.Expected}.")
        : null;

    private sealed record Work(StreamAppend Append, ICommitListener Home);
}

/// <summary>Whom the committer tells how an append went; it calls in the order of the appends.</summary>
internal interface ICommitListener
{
    /// <summary>The oldest append in flight is durable.</summary>
    void Committed();

    /// <summary>The oldest append in flight is not known to be written.</summary>
    void CommitFailed(Refusal refusal);
}

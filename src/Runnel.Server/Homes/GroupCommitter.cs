using System.Diagnostics.CodeAnalysis;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// Gathers the appends of all homes into groups and commits one group after the other: everybody shares the fsync, and nobody waits
/// for anything but the commit it belongs to. While a group is being written, the next one gathers.
/// </summary>
/// <remarks>
/// It has a thread of its own, for it spends its time in the device: in the thread pool, which begins with one thread a processor,
/// it would leave a processor idle. The homes are told on the pool, so that the next commit does not wait for what they do then.
/// </remarks>
internal sealed class GroupCommitter : IAsyncDisposable
{
    private readonly IStreamStore _store;
    private readonly int _maxGroupAppends;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Outcomes _outcomes = new();
    private Queue<Work> _queue = new();
    private bool _isAwake;
    private bool _isStopping;

    public GroupCommitter(IStreamStore store, HomeOptions options)
    {
        _store = store;
        _maxGroupAppends = options.MaxGroupAppends;
        new Thread(Run) { IsBackground = true, Name = "Runnel commits" }.Start();
    }

    /// <summary>Commits <paramref name="append"/> behind all before it, then tells <paramref name="home"/>.</summary>
    public void Enqueue(StreamAppend append, ICommitListener home)
    {
        lock (_gate)
        {
            if (!_isStopping)
            {
                _queue.Enqueue(new Work(append, home));
                Wake();
                return;
            }
        }
        home.CommitFailed(new Refusal(ErrorCode.Overloaded, "The server is stopping; nothing was stored."));
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
            Wake();
        }
        await _ended.Task.ConfigureAwait(false);
    }

    private void Wake()
    {
        if (_isAwake) return;
        _isAwake = true;
        _wake.Release();
    }

    private void Run()
    {
        var taken = new Queue<Work>();
        while (taken.Count > 0 || TryTake(ref taken)) Commit(Gather(taken));
        _outcomes.Add(_ended.SetResult);
    }

    /// <summary>Waits for appends and takes all there are, for the empty queue <paramref name="taken"/>; false once there will be none.</summary>
    private bool TryTake(ref Queue<Work> taken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_queue.Count > 0)
                {
                    (_queue, taken) = (taken, _queue);
                    return true;
                }
                if (_isStopping) return false;
                _isAwake = false;
            }
            _wake.Wait();
        }
    }

    /// <summary>Takes appends up to a group's bound, or to the first that cannot share a commit with one before it.</summary>
    private CommitGroup<Work> Gather(Queue<Work> taken)
    {
        var group = new CommitGroup<Work>(Math.Min(taken.Count, _maxGroupAppends));
        for (var count = 0; count < _maxGroupAppends && taken.TryPeek(out var work) && group.TryAdd(work.Append, work); count++) taken.Dequeue();
        return group;
    }

    private void Commit(CommitGroup<Work> group)
    {
        try
        {
            var results = _store.CommitAsync(group.Merge(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _outcomes.Add(() =>
            {
                for (var i = 0; i < results.Count; i++) Tell(group.OwnersOf(i), RefusalOf(results[i]));
            });
        }
        catch (Exception exception)   // whatever it is, homes must learn that nothing is known to be written
        {
            var refusal = StoreRefusal.Of(exception);
            _outcomes.Add(() =>
            {
                for (var i = 0; i < group.Count; i++) Tell(group.OwnersOf(i), refusal);
            });
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

    /// <summary>Tells what came of the commits, on the pool, in their order.</summary>
    private sealed class Outcomes : IThreadPoolWorkItem
    {
        private readonly Lock _gate = new();
        private readonly Queue<Action> _queue = new();
        private bool _isTelling;

        public void Add(Action tell)
        {
            lock (_gate)
            {
                _queue.Enqueue(tell);
                if (_isTelling) return;
                _isTelling = true;
            }
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            while (TryTake(out var tell)) tell();
        }

        private bool TryTake([NotNullWhen(true)] out Action? tell)
        {
            lock (_gate) return _isTelling = _queue.TryDequeue(out tell);
        }
    }
}

/// <summary>Whom the committer tells how an append went; it calls in the order of the appends.</summary>
internal interface ICommitListener
{
    /// <summary>The oldest append in flight is durable.</summary>
    void Committed();

    /// <summary>The oldest append in flight is not known to be written.</summary>
    void CommitFailed(Refusal refusal);
}

using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Testing.Simulation.Time;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation.Server;

/// <summary>Commits the appends of all homes, group after group; while one is being written, the next gathers. Mirrors the server's own committer.</summary>
internal sealed class CommitLine(SimulationContext context, ServerProcess process, SimulatedDisk disk, Chance chance)
{
    private static readonly TimeSpan HealthyCommitTime = TimeSpan.FromMilliseconds(1);

    private readonly Queue<Work> _queue = new();
    private Work? _carried;
    private int _working;
    private bool _isBusy, _wasFull;

    /// <summary>How many appends wait or are being written.</summary>
    public int Waiting => _queue.Count + _working + (_carried is null ? 0 : 1);

    /// <summary>Commits <paramref name="append"/> behind all before it, then tells <paramref name="home"/>.</summary>
    public void Enqueue(StreamAppend append, HomeShell home)
    {
        _queue.Enqueue(new Work(append, home));
        if (_isBusy) return;
        _isBusy = true;
        process.Soon(Begin);
    }

    private void Begin()
    {
        var group = Gather();
        context.Meet(group);
        var merged = group.Merge();
        if (merged.Count > 1) context.Reach(Landmark.SharedCommit);
        for (var i = 0; i < merged.Count; i++)
        {
            if (group.OwnersOf(i).Count > 1) context.Reach(Landmark.MergedAppends);
        }
        context.Trace.Note($"a commit begins: {string.Join(", ", merged.Select(append => $"{append.Events.Count} to {append.Stream} after {append.ExpectedHead}"))}");
        var commit = process.Store.CommitAsync(merged, CancellationToken.None).AsTask();
        process.After(CommitTime(), () => Sync(group, commit));
    }

    private CommitGroup<Work> Gather()
    {
        var group = new CommitGroup<Work>();
        for (_working = 0; _working < process.Limits.MaxGroupAppends; _working++)
        {
            if ((_carried ?? (_queue.TryDequeue(out var next) ? next : null)) is not { } work) break;
            _carried = group.TryAdd(work.Append, work) ? null : work;
            if (_carried is not null) break;
        }
        return group;
    }

    private void Sync(CommitGroup<Work> group, Task<IReadOnlyList<AppendResult>> commit)
    {
        if (disk.HasHeldCommit)
        {
            disk.NextFate = DrawFate();
            disk.ReleaseCommit();
        }
        if (disk.HasHeldCommit)   // a store of the options' own that commits in several steps
        {
            process.After(CommitTime(), () => Sync(group, commit));
            return;
        }
        process.Oracle.LookAtDisk();
        Finish(group, commit);
        _working = 0;
        _isBusy = _queue.Count > 0 || _carried is not null;
        if (_isBusy) process.Soon(Begin);
    }

    private void Finish(CommitGroup<Work> group, Task<IReadOnlyList<AppendResult>> commit)
    {
        try
        {
            var results = Completed.Result(new ValueTask<IReadOnlyList<AppendResult>>(commit));
            if (_wasFull) context.Reach(Landmark.DiskHadRoomAgain);
            _wasFull = false;
            for (var i = 0; i < results.Count; i++) Tell(group.OwnersOf(i), InputOf(results[i]));
        }
        catch (StreamStoreException exception)
        {
            _wasFull = exception.Fault == StoreFault.Full;
            if (_wasFull) context.Reach(Landmark.DiskFull);
            context.Trace.Note($"the commit failed: {exception.Message}");
            for (var i = 0; i < group.Count; i++) Tell(group.OwnersOf(i), new HomeInput.CommitFailed(StoreRefusal.Of(exception)));
        }
    }

    private static void Tell(IReadOnlyList<Work> works, HomeInput input)
    {
        foreach (var work in works) work.Home.Tell(input);
    }

    private HomeInput InputOf(AppendResult result)
    {
        context.Meet(result);
        return result is AppendResult.StaleHead stale
            ? new HomeInput.CommitFailed(new Refusal(ErrorCode.Internal, $"The stream was written elsewhere: its head is {stale.Head}, not {stale.Expected}."))
            : new HomeInput.Committed();
    }

    private CommitFate DrawFate()
    {
        if (!context.IsActive || !chance.Happens(process.Swarm.FailedCommitRate)) return CommitFate.Succeeds;
        var fate = chance.Pick(CommitFate.FailsUnwritten, CommitFate.FailsUnwritten, CommitFate.FailsUnsynced, CommitFate.FailsSynced);
        context.Reach(fate switch
        {
            CommitFate.FailsUnwritten => Landmark.CommitFailedUnwritten,
            CommitFate.FailsUnsynced => Landmark.CommitFailedUnsynced,
            _ => Landmark.CommitFailedSynced,
        });
        context.Trace.Note($"the commit {fate}");
        if (fate != CommitFate.FailsUnwritten) process.FailDevice();
        return fate;
    }

    private TimeSpan CommitTime() => chance.Between(TimeSpan.Zero, context.IsActive ? process.Swarm.MaxCommitTime : HealthyCommitTime);

    private sealed record Work(StreamAppend Append, HomeShell Home);
}

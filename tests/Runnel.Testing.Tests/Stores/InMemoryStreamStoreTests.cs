using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Tests.Stores;

public sealed class InMemoryStreamStoreTests : StreamStoreSpecification
{
    private SimulatedDisk _disk = new();

    protected override IReadOnlyList<string> CrashPoints { get; } =
        ["before the write", "after the write, which is lost", "after the write, which is kept", "after a failed sync, lost", "after a failed sync, kept", "after the sync"];

    protected override ValueTask<IStreamStore> CreateAsync()
    {
        _disk = new SimulatedDisk();
        return ValueTask.FromResult<IStreamStore>(new InMemoryStreamStore(_disk));
    }

    protected override async ValueTask<IStreamStore> ReopenAsync(IStreamStore store)
    {
        await store.DisposeAsync();
        return new InMemoryStreamStore(_disk);
    }

    protected override async ValueTask<IStreamStore> CrashAsync(IStreamStore store, IReadOnlyList<StreamAppend> group, string crashPoint)
    {
        _disk.NextFate = crashPoint switch
        {
            "before the write" => CommitFate.FailsUnwritten,
            "after the sync" => CommitFate.FailsSynced,
            _ => CommitFate.FailsUnsynced,
        };
        _disk.HoldsCommits = crashPoint.StartsWith("after the write", StringComparison.Ordinal);
        var commit = store.CommitAsync(group, TestContext.Current.CancellationToken).AsTask();
        _disk.Crash(crashPoint.EndsWith("kept", StringComparison.Ordinal) ? UnsyncedWrites.Kept : UnsyncedWrites.Lost);
        if (group.Count > 0) await Assert.ThrowsAsync<StreamStoreException>(() => commit);
        (_disk.HoldsCommits, _disk.NextFate) = (false, CommitFate.Succeeds);
        return new InMemoryStreamStore(_disk);
    }
}

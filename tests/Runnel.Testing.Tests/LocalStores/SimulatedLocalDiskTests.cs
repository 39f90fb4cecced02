using Runnel.Client.LocalStore;
using Runnel.Testing.LocalStores;

namespace Runnel.Testing.Tests.LocalStores;

public sealed class SimulatedLocalDiskTests : LocalStoreSpecification
{
    private readonly SimulatedLocalDisk _disk = new();

    protected override ILocalStoreSource Source => _disk;

    protected override ILocalStoreSource AfterCrash() => _disk.Copy();

    protected override async IAsyncEnumerable<ILocalStoreSource> CrashPointsAsync(ILocalStore store, IReadOnlyList<LocalWrite> writes)
    {
        foreach (var fate in (LocalCommitFate[])[LocalCommitFate.CrashesBefore, LocalCommitFate.CrashesAfter])
        {
            var disk = _disk.Copy();
            disk.Fate = _ => fate;
            await using var open = await disk.OpenAsync(default);
            await Assert.ThrowsAsync<LocalStoreException>(async () => await open.CommitAsync(writes, default));
            disk.Fate = _ => LocalCommitFate.Succeeds;
            yield return disk;
        }
    }

    [Fact]
    public async Task A_full_disk_takes_nothing_and_the_same_store_goes_on_when_there_is_room()
    {
        await using var store = await _disk.OpenAsync(default);
        LocalWrite[] writes = [new(new LocalKey(LocalKind.Pending, "todo", "1"), "edit"u8.ToArray())];
        _disk.Fate = _ => LocalCommitFate.Fails;
        await Assert.ThrowsAsync<LocalStoreException>(async () => await store.CommitAsync(writes, default));
        Assert.Equal(0, _disk.Commits);

        _disk.Fate = _ => LocalCommitFate.Succeeds;
        await store.CommitAsync(writes, default);

        Assert.Equal(1, _disk.Commits);
    }

    [Fact]
    public async Task A_crashed_process_can_do_nothing_more_and_another_opens_the_disk()
    {
        var store = await _disk.OpenAsync(default);
        _disk.Crash();

        await Assert.ThrowsAsync<LocalStoreException>(async () => await store.CommitAsync([], default));
        await using var next = await _disk.OpenAsync(default);
        await next.CommitAsync([], default);
    }
}

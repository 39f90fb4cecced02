using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Tests.Stores;

public sealed class SimulatedDiskTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly SampleStream _todo = new("todo");
    private readonly InMemoryStreamStore _store;

    public SimulatedDiskTests()
    {
        _store = new InMemoryStreamStore(_disk);
        var commit = _store.CommitAsync([_todo.Take(_todo.Create(2))], Cancellation);
        Assert.True(commit.IsCompletedSuccessfully);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_held_commit_is_seen_by_nobody_until_it_is_released()
    {
        _disk.HoldsCommits = true;
        var append = _todo.Append(3);
        var commit = _store.CommitAsync([append], Cancellation).AsTask();

        Assert.False(commit.IsCompleted);
        Assert.True(_disk.HasHeldCommit);
        await _todo.AssertHeldByAsync(_store, Cancellation);

        _disk.ReleaseCommit();

        Assert.True(commit.IsCompletedSuccessfully);
        Assert.False(_disk.HasHeldCommit);
        _todo.Take(append);
        await _todo.AssertHeldByAsync(_store, Cancellation);
    }

    [Fact]
    public async Task What_waits_for_a_held_commit_goes_on_inside_its_release()
    {
        _disk.HoldsCommits = true;
        var wasTold = false;
        var waiting = WaitAsync();

        _disk.ReleaseCommit();

        Assert.True(wasTold);
        await waiting;

        async Task WaitAsync()
        {
            await _store.CommitAsync([_todo.Append(1)], Cancellation);
            wasTold = true;
        }
    }

    [Fact]
    public async Task A_second_commit_beside_a_held_one_is_a_mistake_of_the_caller()
    {
        _disk.HoldsCommits = true;
        var held = _store.CommitAsync([_todo.Append(1)], Cancellation).AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _store.CommitAsync([_todo.Append(1)], Cancellation));

        _disk.ReleaseCommit();
        await held;
        Assert.Throws<InvalidOperationException>(_disk.ReleaseCommit);
    }

    [Fact]
    public async Task A_full_disk_takes_nothing_and_goes_on_once_there_is_room()
    {
        _disk.IsFull = true;
        var fault = await FailAsync(_todo.Append(1));
        Assert.Equal(StoreFault.Full, fault.Fault);
        await _todo.AssertHeldByAsync(_store, Cancellation);

        _disk.IsFull = false;
        await _store.CommitAsync([_todo.Take(_todo.Append(1))], Cancellation);

        await _todo.AssertHeldByAsync(_store, Cancellation);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing_and_the_store_goes_on()
    {
        _disk.NextFate = CommitFate.FailsUnwritten;
        Assert.Equal(StoreFault.Failed, (await FailAsync(_todo.Append(5))).Fault);

        await _store.CommitAsync([_todo.Take(_todo.Append(1))], Cancellation);
        await _todo.AssertHeldByAsync(_store, Cancellation);
    }

    [Theory]
    [InlineData(CommitFate.FailsUnsynced)]
    [InlineData(CommitFate.FailsSynced)]
    public async Task After_a_failed_sync_nothing_is_acknowledged_until_the_store_is_opened_anew(CommitFate fate)
    {
        _disk.NextFate = fate;
        var append = _todo.Append(5);
        Assert.Equal(StoreFault.Failed, (await FailAsync(append)).Fault);
        Assert.Equal(StoreFault.Failed, (await FailAsync(_todo.Append(1))).Fault);
        await _todo.AssertHeldByAsync(_store, Cancellation);

        await _store.DisposeAsync();
        await using var reopened = new InMemoryStreamStore(_disk);

        _todo.Take(append);
        await _todo.AssertHeldByAsync(reopened, Cancellation);
    }

    [Fact]
    public async Task A_crash_ends_the_store_and_its_held_commit()
    {
        _disk.HoldsCommits = true;
        var held = _store.CommitAsync([_todo.Append(1)], Cancellation).AsTask();

        _disk.Crash(UnsyncedWrites.Lost);

        await Assert.ThrowsAsync<StreamStoreException>(() => held);
        await Assert.ThrowsAsync<StreamStoreException>(async () => await _store.LoadAsync(_todo.Name, Cancellation));
        await FailAsync(_todo.Append(1));
        await using var reopened = new InMemoryStreamStore(_disk);
        await _todo.AssertHeldByAsync(reopened, Cancellation);
        Assert.Single(_disk.SyncedCommits);
    }

    [Fact]
    public async Task A_disk_carries_one_open_store()
    {
        Assert.Equal(StoreFault.Unusable, Assert.Throws<StreamStoreException>(() => new InMemoryStreamStore(_disk)).Fault);

        await _store.DisposeAsync();
        await using var next = new InMemoryStreamStore(_disk);

        await _todo.AssertHeldByAsync(next, Cancellation);
    }

    [Fact]
    public async Task A_read_that_fails_says_so_and_works_again_later()
    {
        _disk.FailsReads = true;
        var fault = await Assert.ThrowsAsync<StreamStoreException>(() => SampleStream.ReadAllAsync(_store, _todo.Name, Seq.None, Cancellation));
        Assert.Equal(StoreFault.Failed, fault.Fault);

        _disk.FailsReads = false;
        await _todo.AssertHeldByAsync(_store, Cancellation);
    }

    [Fact]
    public async Task A_damaged_event_stops_its_stream_and_no_other()
    {
        var other = new SampleStream("other");
        await _store.CommitAsync([_todo.Take(_todo.Append(5)), other.Take(other.Create(5))], Cancellation);
        _disk.Damage(_todo.Name, new Seq(4));
        var read = new List<EncodedEvent>();

        var fault = await Assert.ThrowsAsync<StreamStoreException>(async () =>
        {
            await foreach (var block in _store.ReadAsync(_todo.Name, Seq.None, Cancellation)) read.AddRange(block.Events);
        });

        Assert.Equal((StoreFault.Damaged, _todo.Name), (fault.Fault, fault.Stream));
        SampleStream.AssertSame([.. _todo.Events.Take(3)], read);
        await Assert.ThrowsAsync<StreamStoreException>(async () => await _store.LoadAsync(_todo.Name, Cancellation));
        Assert.Equal([new AppendResult.StaleHead(_todo.Head, _todo.Head)], await _store.CommitAsync([_todo.Append(1)], Cancellation));
        await other.AssertHeldByAsync(_store, Cancellation);
    }

    private Task<StreamStoreException> FailAsync(StreamAppend append) =>
        Assert.ThrowsAsync<StreamStoreException>(async () => await _store.CommitAsync([append], Cancellation));
}

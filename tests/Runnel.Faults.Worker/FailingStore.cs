using Microsoft.Extensions.Time.Testing;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

namespace Runnel.Faults.Worker;

/// <summary>A store of streams on a device that fails.</summary>
internal sealed class FailingStore(string directory, DeviceCall call) : FailingWork(directory)
{
    private const int CommitsOfALifetime = 30;
    private const int CommitsAfterwards = 3;

    private readonly FakeTimeProvider _time = new();
    private StoreOracle _oracle = new();

    private string Data => Path.Combine(Directory, "data");

    public override async Task LiveAsync(int lifetime)
    {
        if (await OpenAsync(Data) is not { } store) return;
        await using (store)
        {
            Fail(await FindFaultAsync(store, _oracle, "after opening"));
            var author = new StoreAuthor($"author-{lifetime}", lifetime);
            for (var left = CommitsOf(lifetime); left > 0 && Result.Wrong is null; left--)
            {
                await CommitAsync(store, author);
                if (Device.Fired() > 0) left = Math.Min(left, CommitsAfterwards);
                if (left % 10 == 0 || Device.Fired() > 0) Fail(await FindFaultAsync(store, _oracle.WithoutUnknown(), "between commits"));
                if (left % 9 == 0) _time.Advance(TimeSpan.FromSeconds(1));
            }
            if (Device.Fired() > 0 && lifetime >= 0) await LookAtCrashAsync();
        }
    }

    protected override FailingWork CopyState(string directory) => new FailingStore(directory, call) { _oracle = _oracle.Copy() };

    private int CommitsOf(int lifetime) =>
        lifetime < 0 ? CommitsAfterwards : FailingRun.NeedsCommits(call) && lifetime > 0 ? CommitsOfALifetime : lifetime % 2;

    private async Task<SqliteStreamStore?> OpenAsync(string where)
    {
        for (var tries = 0; ; tries++)
        {
            var before = Device.Fired();
            try
            {
                return await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = where, LogBytes = 128 * 1024, TimeProvider = _time });
            }
            catch (StreamStoreException exception)
            {
                Note(exception);
                // A start that fails is tried again by whoever runs the server; only the fault itself may make it fail.
                if (tries > 0 || Device.Fired() == before) Fail($"It cannot be opened: {exception.Message}");
                if (Result.Wrong is not null) return null;
            }
        }
    }

    private async Task CommitAsync(SqliteStreamStore store, StoreAuthor author)
    {
        var (changes, group) = author.Next(_oracle);
        _oracle.Try(changes);
        try
        {
            var results = await store.CommitAsync(group, default);
            if (results.Any(result => result is not AppendResult.Appended)) Fail($"An append is refused: {string.Join(", ", results)}");
        }
        catch (StreamStoreException exception)
        {
            Note(exception);
            return;
        }
        _oracle.Acknowledge();
        author.Take(changes);
        Result.Acknowledged++;
    }

    // Whoever reads beside the committer sees what was acknowledged, or is told of the fault.
    private async Task<string?> FindFaultAsync(SqliteStreamStore store, StoreOracle oracle, string when)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await oracle.FindFaultAsync(store) is { } fault ? $"{when}: {fault}" : null;
            }
            catch (StreamStoreException exception) when (tries == 0)
            {
                Note(exception);
            }
        }
    }

    private async Task LookAtCrashAsync()
    {
        await using var store = await OpenAsync(Crash(Data));
        if (store is not null && await _oracle.Copy().FindFaultAsync(store) is { } fault) Fail($"After a crash: {fault}");
    }

    private void Note(StreamStoreException exception)
    {
        Result.Said.Add($"{exception.Fault}: {exception.Message}");
        if (!exception.Message.Contains(Directory, StringComparison.Ordinal)) Fail($"A fault does not say where: {exception.Message}");
        // What the device cannot read is as good as damaged.
        if (exception.Fault == StoreFault.Damaged && call != DeviceCall.Read) Fail($"A call that failed is taken for damage: {exception.Message}");
    }
}

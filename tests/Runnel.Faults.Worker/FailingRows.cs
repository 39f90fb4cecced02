using Runnel.Client.LocalStore;
using Runnel.Client.Sqlite;

namespace Runnel.Faults.Worker;

/// <summary>A local store on a device that fails.</summary>
internal sealed class FailingRows(string directory, DeviceCall call) : FailingWork(directory)
{
    private const int CommitsOfALifetime = 30;
    private const int CommitsAfterwards = 3;

    private RowOracle _oracle = new();

    private string Data => Path.Combine(Directory, "data");

    public override async Task LiveAsync(int lifetime)
    {
        if (await OpenAsync(Data) is not { } store) return;
        await using (store)
        {
            Fail(await FindFaultAsync(store, _oracle, "after opening"));
            var random = new Random(lifetime);
            for (var left = CommitsOf(lifetime); left > 0 && Result.Wrong is null; left--)
            {
                await CommitAsync(store, random, $"author-{lifetime}-{left}");
                if (Device.Fired() > 0) left = Math.Min(left, CommitsAfterwards);
                if (left % 10 == 0 || Device.Fired() > 0) Fail(await FindFaultAsync(store, _oracle.WithoutUnknown(), "between transactions"));
            }
            if (Device.Fired() > 0 && lifetime >= 0) await LookAtCrashAsync();
        }
    }

    // The directory is the app's own, and made before anything fails.
    protected override FailingWork CopyState(string directory)
    {
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "data"));
        return new FailingRows(directory, call) { _oracle = _oracle.Copy() };
    }

    private int CommitsOf(int lifetime) =>
        lifetime < 0 ? CommitsAfterwards : FailingRun.NeedsCommits(call) && lifetime > 0 ? CommitsOfALifetime : lifetime % 2;

    private async Task<ILocalStore?> OpenAsync(string where)
    {
        for (var tries = 0; ; tries++)
        {
            var before = Device.Fired();
            try
            {
                return await SqliteReplica.At(Path.Combine(where, "client.db")).OpenAsync(default);
            }
            catch (LocalStoreException exception)
            {
                Result.Said.Add(exception.Message);
                if (tries > 0 || Device.Fired() == before) Fail($"It cannot be opened: {exception.Message}");
                if (Result.Wrong is not null) return null;
            }
        }
    }

    private async Task CommitAsync(ILocalStore store, Random random, string author)
    {
        var transaction = RowOracle.Next(author, Result.Acknowledged, random);
        _oracle.Try(transaction);
        try
        {
            await store.CommitAsync(RowOracle.ToWrites(transaction), default);
        }
        catch (LocalStoreException exception)
        {
            Result.Said.Add(exception.Message);
            return;
        }
        _oracle.Acknowledge();
        Result.Acknowledged++;
    }

    private async Task<string?> FindFaultAsync(ILocalStore store, RowOracle oracle, string when)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await oracle.FindFaultAsync(store) is { } fault ? $"{when}: {fault}" : null;
            }
            catch (LocalStoreException exception) when (tries == 0)
            {
                Result.Said.Add(exception.Message);
            }
        }
    }

    private async Task LookAtCrashAsync()
    {
        await using var store = await OpenAsync(Crash(Data));
        if (store is not null && await _oracle.Copy().FindFaultAsync(store) is { } fault) Fail($"After a crash: {fault}");
    }
}

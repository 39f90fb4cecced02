using System.Text.Json;
using Runnel.Client.LocalStore;
using Runnel.Client.Sqlite;
using Runnel.Faults.Tests.Device;
using Runnel.Faults.Worker;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;
using Runnel.Tests;

namespace Runnel.Faults.Tests;

/// <summary>
/// Every call of real processes to their files is written down; then a crash is played after each of them: once everything written
/// survives, as when a process is killed, once only what was synced, and with parts of the rest, as when power is lost.
/// </summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_crashes_after_any_call_keeps_what_it_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        var (root, log) = (Directory.CreateDirectory(directory.File("disk")).FullName, directory.File("log"));
        var store = Path.Combine(root, "data");
        // Lifetimes that end in the middle of a commit, of an opening and of a closing, and some that end well.
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 0, commits: 60, end: 1);
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 1, commits: 60, end: 130);
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 2, commits: 60, end: 7);
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 3, commits: 25);
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 4, commits: 60, end: 190);
        await WorkerProcess.RecordAsync("record-store", store, log, lifetime: 5, commits: 30);
        var operations = DeviceOperation.ReadAll(log);

        var points = await PlayAsync(operations, root, new StoreOracle(), NoteStore, CheckStoreAsync);

        output.WriteLine(points.ToString());
        Assert.True(points.Fault is null, points.Fault);
        Assert.True(points.Calls > 500, points.ToString());
        Assert.NotNull((await PlayAsync(WithoutSyncs(operations), root, new StoreOracle(), NoteStore, CheckStoreAsync)).Fault);
    }

    [Fact]
    public async Task A_client_that_crashes_after_any_call_keeps_what_was_on_its_disk()
    {
        using var directory = new TemporaryDirectory();
        var (root, log) = (Directory.CreateDirectory(directory.File("disk")).FullName, directory.File("log"));
        var store = Path.Combine(root, "client.db");
        await WorkerProcess.RecordAsync("record-rows", store, log, lifetime: 1, commits: 80, end: 150);
        await WorkerProcess.RecordAsync("record-rows", store, log, lifetime: 2, commits: 40);
        await WorkerProcess.RecordAsync("record-rows", store, log, lifetime: 3, commits: 80, end: 240);
        await WorkerProcess.RecordAsync("record-rows", store, log, lifetime: 4, commits: 20);
        var operations = DeviceOperation.ReadAll(log);

        var points = await PlayAsync(operations, root, new RowOracle(), NoteRows, CheckRowsAsync);

        output.WriteLine(points.ToString());
        Assert.True(points.Fault is null, points.Fault);
        Assert.True(points.Calls > 500, points.ToString());
        Assert.NotNull((await PlayAsync(WithoutSyncs(operations), root, new RowOracle(), NoteRows, CheckRowsAsync)).Fault);
    }

    // A product that does not sync, or a disk that only says that it does: a test that let these pass would prove nothing.
    private static DeviceOperation[] WithoutSyncs(IReadOnlyList<DeviceOperation> operations) => [.. operations.Where(operation => operation.Kind != 'S')];

    /// <summary>Plays all calls, and a crash after each, to the first that breaks a promise.</summary>
    private static async Task<Points> PlayAsync<TOracle>(
        IReadOnlyList<DeviceOperation> operations, string root, TOracle oracle, Func<TOracle, DeviceOperation, TOracle> note, Func<string, TOracle, Task<string?>> checkAsync)
        where TOracle : class
    {
        var model = new DeviceModel(root);
        var points = new Points();
        var torn = Randomized.Runs(1);
        for (var i = 0; i < operations.Count; i++)
        {
            if (operations[i].Kind == 'N')
            {
                oracle = note(oracle, operations[i]);
                continue;
            }
            model.Do(operations[i]);
            points.Calls++;
            var images = new List<(string How, DeviceImage Image)> { ("all survives", model.Everything()) };
            if (model.HasUnsynced)
            {
                images.Add(("only what was synced survives", model.Synced()));
                for (var seed = 0; seed < torn; seed++) images.Add(($"torn by seed {i * 1_000 + seed}", model.Torn(new Random(i * 1_000 + seed))));
            }
            points.Crashes += images.Count;
            await Parallel.ForEachAsync(images, Cancellation, async (image, _) =>
            {
                using var crashed = new TemporaryDirectory();
                image.Image.WriteTo(crashed.Path);
                if (await checkAsync(crashed.Path, oracle) is { } fault) points.Fault = $"A crash after call {i} ({operations[i]}), {image.How}: {fault}";
            });
            if (points.Fault is not null) return points;
        }
        AssertComplete(model, root);
        return points;
    }

    // What was written down is all that happened: otherwise the crashes would be those of another workload.
    private static void AssertComplete(DeviceModel model, string root)
    {
        foreach (var (name, bytes) in model.Everything().Files)
        {
            if (bytes is not null) Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(root, name))), $"{name} is not what the calls make of it.");
        }
        Assert.Equal(Directory.GetFiles(root, "*", SearchOption.AllDirectories).Count(DeviceModel.Survives), model.Everything().Files.Count(file => file.Bytes is not null));
    }

    private static StoreOracle NoteStore(StoreOracle oracle, DeviceOperation note)
    {
        var next = oracle.Copy();
        if (note.Text == "acknowledged") next.Acknowledge();
        else if (note.Text.StartsWith("open ", StringComparison.Ordinal)) next.Settle(JsonSerializer.Deserialize<Dictionary<string, int>>(note.Text["open ".Length..])!);
        else next.Try(JsonSerializer.Deserialize<StoreChange[]>(note.Text["try ".Length..])!);
        return next;
    }

    private static RowOracle NoteRows(RowOracle oracle, DeviceOperation note)
    {
        var next = oracle.Copy();
        if (note.Text == "acknowledged") next.Acknowledge();
        else if (note.Text.StartsWith("open ", StringComparison.Ordinal)) next.Settle(JsonSerializer.Deserialize<Dictionary<string, string>>(note.Text["open ".Length..])!);
        else next.Try(JsonSerializer.Deserialize<RowChange[]>(note.Text["try ".Length..])!);
        return next;
    }

    private static async Task<string?> CheckStoreAsync(string root, StoreOracle oracle)
    {
        oracle = oracle.Copy();
        var options = new SqliteStreamStoreOptions { DataDirectory = Path.Combine(root, "data") };
        try
        {
            await using var store = await SqliteStreamStore.OpenAsync(options, Cancellation);
            if (await oracle.FindFaultAsync(store) is { } fault) return fault;
            var (changes, group) = new StoreAuthor("afterwards", 1).Next(oracle);
            oracle.Try(changes);
            await store.CommitAsync(group, Cancellation);
            oracle.Acknowledge();
            return await oracle.FindFaultAsync(store) is { } later ? $"It does not go on: {later}" : null;
        }
        catch (StreamStoreException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<string?> CheckRowsAsync(string root, RowOracle oracle)
    {
        oracle = oracle.Copy();
        try
        {
            await using var store = await SqliteReplica.At(Path.Combine(root, "client.db")).OpenAsync(Cancellation);
            if (await oracle.FindFaultAsync(store) is { } fault) return fault;
            var transaction = RowOracle.Next("afterwards", 1, new Random(1));
            oracle.Try(transaction);
            await store.CommitAsync(RowOracle.ToWrites(transaction), Cancellation);
            oracle.Acknowledge();
            return await oracle.FindFaultAsync(store) is { } later ? $"It does not go on: {later}" : null;
        }
        catch (LocalStoreException exception)
        {
            return exception.Message;
        }
    }

    private sealed class Points
    {
        public int Calls { get; set; }

        public int Crashes { get; set; }

        public string? Fault { get; set; }

        public override string ToString() => $"{Crashes} crashes after {Calls} calls.";
    }
}

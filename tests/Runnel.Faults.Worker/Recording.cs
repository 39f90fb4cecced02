using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Runnel.Client.Sqlite;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

namespace Runnel.Faults.Worker;

/// <summary>
/// One lifetime of a store, with every call that it makes written down, and notes between: "try" with what is about to be written,
/// "acknowledged", and "open" with what is there, once somebody could see it.
/// </summary>
internal static class Recording
{
    public static async Task<int> RunStoreAsync(string directory, int lifetime, int commits, int padding)
    {
        var time = new FakeTimeProvider();
        await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory, LogBytes = 128 * 1024, TimeProvider = time });
        var oracle = await ReadAsync(store);
        Device.Note("open " + JsonSerializer.Serialize(oracle.Heads));
        var author = new StoreAuthor($"author-{lifetime}", lifetime);
        for (var i = 0; i < commits; i++)
        {
            var (changes, group) = author.Next(oracle, i == 0 ? padding : 0);
            oracle.Try(changes);
            Device.Note("try " + JsonSerializer.Serialize(changes));
            await store.CommitAsync(group, default);
            Device.Note("acknowledged");
            oracle.Acknowledge();
            author.Take(changes);
            if (i % 9 == 8) time.Advance(TimeSpan.FromSeconds(1));   // the mark is written
        }
        return 0;
    }

    public static async Task<int> RunRowsAsync(string path, int lifetime, int commits, int padding)
    {
        await using var store = await SqliteReplica.At(path).OpenAsync(default);
        Device.Note("open " + JsonSerializer.Serialize(await RowOracle.ReadAsync(store)));
        var random = new Random(lifetime);
        for (var i = 0; i < commits; i++)
        {
            var transaction = RowOracle.Next(string.Create(CultureInfo.InvariantCulture, $"author-{lifetime}"), i, random, i % 8 == 0 ? padding : 0);
            Device.Note("try " + JsonSerializer.Serialize(transaction));
            await store.CommitAsync(RowOracle.ToWrites(transaction), default);
            Device.Note("acknowledged");
        }
        return 0;
    }

    // What an earlier lifetime left, as far as a new author has to know it.
    private static async Task<StoreOracle> ReadAsync(SqliteStreamStore store)
    {
        var oracle = new StoreOracle();
        var found = new List<StoreChange>();
        foreach (var header in await store.ListAsync("", "", int.MaxValue, default))
        {
            var events = new List<string>();
            await foreach (var block in store.ReadAsync(header.Name, Seq.None, default)) events.AddRange(block.Events.Select(stored => System.Text.Encoding.UTF8.GetString(stored.Json.Span)));
            found.Add(new StoreChange(header.Name.Value, events));
        }
        oracle.Try(found);
        oracle.Acknowledge();
        return oracle;
    }
}

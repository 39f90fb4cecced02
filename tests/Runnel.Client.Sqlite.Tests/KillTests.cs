using System.Text.Json;
using Runnel.Tests;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>Real processes on real files, killed at random moments: in the end every edit is in the stream exactly once.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Stores = 4;

    // With those of the server and of its store there are 60 in a usual run, and 5,000 in a long one.
    private static readonly int RoundsOfAStore = Randomized.Runs(10, inLongRuns: 250);

    [Fact]
    public async Task Kill_9_of_clients_and_of_the_server_loses_and_doubles_nothing()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartNewAsync();
        using var isDone = new CancellationTokenSource();
        var killing = KillNowAndThenAsync(server, isDone.Token);

        var made = await Task.WhenAll(Enumerable.Range(0, Stores).Select(store => EditAndDieAsync(server.Url, directory.File($"{store}.db"), store)));
        await isDone.CancelAsync();
        await killing;

        var clients = new List<RunnelClient>();
        for (var store = 0; store < Stores; store++) clients.Add(await RunnelClient.OpenAsync(server.Url, SqliteReplica.At(directory.File($"{store}.db"))));
        foreach (var client in clients) await Patience.SettledAsync(client);
        foreach (var client in clients) await Patience.SettledAsync(client);   // now that all have sent what they had
        await AssertOnceAsync(server, made.SelectMany(texts => texts));
        var hash = await server.MergeHashAsync("notes");
        Assert.All(clients, client => Assert.Equal(hash, client.Stream("notes").Replica.Confirmed.MergeHash()));
        foreach (var client in clients) await client.DisposeAsync();
        output.WriteLine($"{Stores * RoundsOfAStore} kills of clients.");
    }

    /// <summary>Starts a client on a store, lets it make a few edits, kills it, and so on; gives the edits that were durable.</summary>
    private static async Task<IReadOnlyList<string>> EditAndDieAsync(string server, string path, int store)
    {
        var random = new Random(store);
        var made = new List<string>();
        for (var round = 0; round < RoundsOfAStore; round++)
        {
            await using var editor = EditorProcess.Start(server, path, $"{store}-{round}", isOnline: random.Next(3) > 0);
            await editor.ReadUntilMadeAsync(random.Next(1, 30));
            await editor.KillAsync();
            made.AddRange(editor.Made);
        }
        return made;
    }

    private static async Task KillNowAndThenAsync(ServerProcess server, CancellationToken isDone)
    {
        var random = new Random(99);
        while (!isDone.IsCancellationRequested)
        {
            await Task.Delay(random.Next(200, 1_500), isDone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await server.KillAsync();
            await server.StartAsync();
        }
    }

    private static async Task AssertOnceAsync(ServerProcess server, IEnumerable<string> made)
    {
        var events = await server.EventsAsync("notes");
        var times = events.Where(stored => stored.GetProperty("op").GetString() == "insert").CountBy(TextOf).ToDictionary();
        Assert.All(times, text => Assert.True(text.Value == 1, $"{text.Key} stands {text.Value} times in the stream."));
        foreach (var text in made)
        {
            Assert.True(times.ContainsKey(text), $"{text} was on the disk and is not in the stream.");
        }
        Assert.All(times.Keys.Where(text => text.EndsWith("-twin", StringComparison.Ordinal)), text => Assert.Contains(text[..^"-twin".Length], times));
    }

    private static string TextOf(JsonElement stored) => stored.GetProperty("fields").GetProperty("text").GetString()!;
}

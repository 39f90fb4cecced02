using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Runnel.Tests;

namespace Runnel.Cli.Tests;

/// <summary>Histories that nobody wrote for Runnel, appended by the command line, against states that were computed without it.</summary>
public sealed class RealHistoryTests
{
    /// <summary>Stream, file, settings, oracle.</summary>
    private static readonly (string Stream, string File, string Settings, string? Oracle)[] Histories =
    [
        ("chat", "chat.ndjson", "{}", null),
        ("linear", "files-linear.ndjson", "{}", "files-linear.causal-deleteWins.json"),
        .. from order in new[] { "causal", "total" }
           from rule in new[] { "deleteWins", "updateWins" }
           let settings = $$$$"""{"order":"{{{{order}}}}","collections":{"file":{"onConcurrentDelete":"{{{{rule}}}}"}}}"""
           select ($"branched-{order}-{rule}", "files-branched.ndjson", settings, $"files-branched.{order}-{rule}.json"),
    ];

    [Fact]
    public async Task Every_history_ends_in_the_state_that_was_computed_apart()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        foreach (var (stream, name, settings, _) in Histories)
        {
            var file = Repository.RealHistory(name);
            (await server.RunAsync("create", stream, "--settings", settings)).AssertDone();
            var started = Stopwatch.GetTimestamp();
            (await server.RunAsync("append", stream, "--file", file)).AssertDone();
            TestContext.Current.TestOutputHelper?.WriteLine($"{stream}: appended in {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        }
        foreach (var history in Histories) await AssertStateAsync(server, history);
    }

    [Fact]
    public async Task A_server_that_is_killed_again_and_again_loses_and_doubles_nothing()
    {
        const int Kills = 6;
        await using var server = new ServerProcess();
        await server.StartAsync();
        foreach (var (stream, _, settings, _) in Histories) (await server.RunAsync("create", stream, "--settings", settings)).AssertDone();
        var appending = Histories.Select(history => Cli.FinishAsync(Cli.Start(
            server.Url, "append", history.Stream, "--file", Repository.RealHistory(history.File), "--rate", RateOf(history.File), "--retry", "2m"))).ToArray();

        for (var kill = 1; kill <= Kills; kill++)
        {
            // Each time all have come some way farther, so every kill meets all of them at work.
            await WaitUntilAllHaveAsync(server, kill / (Kills + 2.0));
            Assert.All(appending, run => Assert.False(run.IsCompleted));
            await server.KillAsync();
            await server.StartAsync();
        }

        foreach (var run in appending) (await run).AssertDone();
        foreach (var history in Histories)
        {
            await AssertStateAsync(server, history);
            Assert.Equal($"{history.Stream}: all {LinesOf(history.File)} were there, the last as seq {LinesOf(history.File)}",
                (await server.RunAsync("append", history.Stream, "--file", Repository.RealHistory(history.File))).AssertDone());
        }
    }

    [Fact]
    public async Task An_append_that_is_killed_goes_on_where_it_was()
    {
        var file = Repository.RealHistory("files-linear.ndjson");
        await using var server = new ServerProcess();
        await server.StartAsync();
        for (var kill = 1; kill <= 3; kill++)
        {
            using var append = Cli.Start(server.Url, "append", "linear", "--file", file, "--rate", "2000");
            await WaitUntilAsync(async () => await HeadAsync(server, "linear") >= kill * 1_000);
            Assert.False(append.HasExited);
            append.Kill();
            await append.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Matches("^linear: [0-9]+ appended, [0-9]+ were there, the last as seq 5179$", (await server.RunAsync("append", "linear", "--file", file)).AssertDone());
        Assert.Equal("linear: all 5179 were there, the last as seq 5179", (await server.RunAsync("append", "linear", "--file", file)).AssertDone());
        await AssertStateAsync(server, Histories[1]);
    }

    private static async Task AssertStateAsync(ServerProcess server, (string Stream, string File, string Settings, string? Oracle) history)
    {
        var state = JsonDocument.Parse((await server.RunAsync("state", history.Stream, "--json")).AssertDone()).RootElement;
        Assert.Equal(LinesOf(history.File), state.GetProperty("seq").GetInt64());
        var expected = history.Oracle is { } oracle
            ? CanonicalJson.Parse(await File.ReadAllTextAsync(Repository.RealHistory(oracle)))
            : CanonicalJson.FromArray(File.ReadLines(Repository.RealHistory(history.File)).Select(ToRecord));
        Assert.True(expected == CanonicalJson.Parse(state.GetProperty("records").GetRawText()), $"{history.Stream} ended in another state.");
    }

    // Of a history of inserts with ascending ids, the state is the events themselves.
    private static CanonicalJson ToRecord(string line) =>
        CanonicalJson.FromObject(CanonicalJson.Parse(line).Members().Where(member => member.Key is "collection" or "id" or "fields"));

    private static async Task WaitUntilAllHaveAsync(ServerProcess server, double part)
    {
        foreach (var (stream, file, _, _) in Histories) await WaitUntilAsync(async () => await HeadAsync(server, stream) >= part * LinesOf(file));
    }

    private static async Task<long> HeadAsync(ServerProcess server, string stream)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"{server.Url}/v1/streams/{stream}", TestContext.Current.CancellationToken);
        if (!answer.IsSuccessStatusCode) return 0;
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("head").GetInt64();
    }

    private static long LinesOf(string file) => File.ReadLines(Repository.RealHistory(file)).LongCount();

    // All take about the same time, whatever their length.
    private static string RateOf(string file) => (LinesOf(file) / 10).ToString(CultureInfo.InvariantCulture);

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition()) await Task.Delay(10, patience.Token);
    }
}

using System.Text.Json.Nodes;
using Runnel.Client.Browser.Page.Worlds;
using Runnel.Testing.LocalStores;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Devices;
using Runnel.Tests;

namespace Runnel.Client.Browser.Tests;

/// <summary>The simulator's worlds, whose devices have their disks in this browser's IndexedDB.</summary>
public class WorldTests(Browser browser)
{
    private const int MostSeeds = 200;

    // What goes wrong with the stores of devices, and what follows from it.
    private static readonly Landmark[] OfStores =
    [
        Landmark.DeviceCrashed, Landmark.DeviceCrashLostWrite, Landmark.DeviceCrashKeptWrite, Landmark.DevicePaused, Landmark.DeviceDiskFull, Landmark.StoreHandedOver,
        Landmark.CopyRestored, Landmark.DeviceCloned, Landmark.CopyFound, Landmark.CopyParted, Landmark.FormerIdEnded,
    ];

    [Fact]
    public async Task Every_promise_is_kept_and_each_seed_goes_as_it_does_on_disks_in_memory()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var tab = await Tab.OpenAsync(profile, server, store: null);
        var (commits, copies) = (Enum.GetNames<LocalCommitFate>().ToDictionary(fate => fate, _ => 0), 0);

        foreach (var inMemory in Telling())
        {
            var seen = await RunAsync(tab, inMemory.Seed, WrongStores.None);
            Assert.True(seen["broken"] is null, (string)seen["report"]!);
            Assert.True(inMemory.TraceHash == (string)seen["trace"]!, $"In memory it went another way: {seen["report"]}");
            foreach (var (fate, count) in seen["commits"]!.AsObject()) commits[fate] += (int)count!;
            copies += (int)seen["copies"]!;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"Commits in IndexedDB: {string.Join(", ", commits)}; databases that were copied: {copies}.");
        Assert.All(commits, of => Assert.True(of.Value > 0, $"No commit was one that {of.Key}."));
        Assert.True(copies > 0);
    }

    /// <summary>Worlds that meet together, each for the first time, all that can happen to stores; found in memory, where they take milliseconds.</summary>
    private static List<SimulationReport> Telling()
    {
        var (missing, telling, all) = (OfStores.ToHashSet(), new List<SimulationReport>(), Randomized.Runs(0, inLongRuns: MostSeeds));
        for (var seed = 1; seed <= MostSeeds && (missing.Count > 0 || seed <= all); seed++)
        {
            var report = Simulator.Run(seed);
            var isNew = missing.RemoveWhere(landmark => report.Reached[landmark] > 0) > 0;
            if (isNew || seed <= all) telling.Add(report);
        }
        Assert.Empty(missing);
        return telling;
    }

    [Theory]
    [InlineData(WrongStores.CommitsInTwo)]
    [InlineData(WrongStores.LosesRemovals)]
    public async Task A_store_that_makes_a_mistake_is_found_out(string mistake)
    {
        var options = new SimulationOptions { Hooks = new DeviceHooks { AroundStore = store => WrongStores.Around(store, mistake) } };
        var inMemory = Enumerable.Range(1, MostSeeds).Select(seed => Simulator.Run(seed, options)).First(report => report.Broken is not null);
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var tab = await Tab.OpenAsync(profile, server, store: null);

        var seen = await RunAsync(tab, inMemory.Seed, mistake);

        Assert.Equal(inMemory.Broken!.Promise.ToString(), (string?)seen["broken"]);
        Assert.Equal(inMemory.TraceHash, (string?)seen["trace"]);
        Assert.Null((await RunAsync(tab, inMemory.Seed, WrongStores.None))["broken"]);
    }

    private static async Task<JsonObject> RunAsync(Tab tab, long seed, string mistake) =>
        JsonNode.Parse(await tab.Page.EvaluateAsync<string>("([seed, mistake]) => page.Worlds.WorldRun.RunAsync(seed, mistake)", new object[] { seed, mistake }))!.AsObject();
}

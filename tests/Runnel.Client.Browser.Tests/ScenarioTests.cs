using Runnel.Tests;

namespace Runnel.Client.Browser.Tests;

/// <summary>Random lives of devices whose instances share stores in IndexedDB, on a line that is cut now and then.</summary>
public class ScenarioTests(Browser browser)
{
    private const int Steps = 120;

    [Fact]
    public async Task Instances_that_come_and_go_lose_and_double_nothing()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var tab = await Tab.OpenAsync(profile, server, store: null);

        for (var seed = 1; seed <= Randomized.Runs(4); seed++)
        {
            // One stream serves one life: each has a server of its own.
            await using var own = await PageServer.StartAsync();
            var fault = await tab.Page.EvaluateAsync<string>("([server, name, seed, steps]) => page.Scenario.RunAsync(server, name, seed, steps)", new object[] { own.Address, $"life{seed}", seed, Steps });
            Assert.True(fault.Length == 0, $"Seed {seed}: {fault}");
            var inserted = (await own.EventsAsync()).Where(each => (string?)each["op"] == "insert").Select(each => (string)each["id"]!).ToList();
            Assert.Equal(inserted.Distinct(), inserted);
        }
    }
}

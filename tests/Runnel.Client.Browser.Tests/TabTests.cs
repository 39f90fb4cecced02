using Microsoft.Playwright;

namespace Runnel.Client.Browser.Tests;

/// <summary>Several tabs on one store.</summary>
public class TabTests(Browser browser)
{
    private const string Online = "Connection() === 'Online' && page.Device.Pending() === 0";

    [Fact]
    public async Task What_one_tab_does_the_others_show_at_once_offline()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var first = await Tab.OpenAsync(profile, server);
        await first.DoAsync("SwitchOff(true)");
        await first.DoAsync("Insert('milk', 'Milk')");
        var second = await Tab.OpenAsync(profile, server);

        await second.WaitAsync("Connection() === 'SwitchedOff'");
        await second.WaitAsync("Titles() === '{\"milk\":\"Milk\"}'");
        await second.DoAsync("SetTitle('milk', 'Oat milk')");
        await second.DoAsync("Insert('bread', 'Bread')");
        await second.DoAsync("FlushAsync()");
        Assert.Equal("""{"bread":"Bread","milk":"Oat milk"}""", await second.AskAsync<string>("Titles()"));
        await first.WaitAsync("""Titles() === '{"bread":"Bread","milk":"Oat milk"}'""");
        await first.DoAsync("SetCompleted('milk', true)");
        await second.WaitAsync("""Titles() === '{"bread":"Bread","milk":"Oat milk!"}'""");
        Assert.Equal(2, await first.AskAsync<int>("Pending()"));   // two inserts: all else coalesced, whichever tab did it
        Assert.Empty(await server.EventsAsync());

        await second.DoAsync("SwitchOff(false)");
        await first.WaitAsync(Online);
        await second.WaitAsync(Online);
        Assert.Equal(2, (await server.EventsAsync()).Count);
        Assert.Equal(await first.AskAsync<string>("ClientId()"), await second.AskAsync<string>("ClientId()"));
    }

    [Fact]
    public async Task When_the_leading_tab_is_closed_another_leads()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var first = await Tab.OpenAsync(profile, server);
        await first.DoAsync("Insert('milk', 'Milk')");
        await first.WaitAsync(Online);
        var second = await Tab.OpenAsync(profile, server);
        var third = await Tab.OpenAsync(profile, server);

        await first.DoAsync("CloseAsync()");
        await second.DoAsync("SetTitle('milk', 'Oat milk')");
        await third.DoAsync("SetCompleted('milk', true)");
        await third.DoAsync("InsertBoth('bread', 'butter')");

        foreach (var tab in (Tab[])[second, third])
        {
            await tab.WaitAsync("""Titles() === '{"bread":"one","butter":"two","milk":"Oat milk!"}'""");
            await tab.WaitAsync(Online);
        }
        Assert.Single((await server.EventsAsync()).Select(each => (string)each["client"]!).Distinct());
    }

    [Fact]
    public async Task When_the_leading_tab_is_killed_while_it_sends_the_stream_holds_every_edit_once()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var first = await Tab.OpenAsync(profile, server);
        await first.WaitAsync(Online);
        var second = await Tab.OpenAsync(profile, server);
        var third = await Tab.OpenAsync(profile, server);
        await second.WaitAsync(Online);
        foreach (var tab in (Tab[])[first, second, third]) await StartTypingAsync(tab);
        await first.Page.WaitForFunctionAsync("() => typed.durable >= 10 && page.Device.Pending() > 0");

        var durable = await first.Page.EvaluateAsync<int>("() => typed.durable");
        await first.KillAsync();
        await second.Page.WaitForFunctionAsync("() => typed.durable >= 60");
        foreach (var tab in (Tab[])[second, third]) await tab.Page.EvaluateAsync("() => stopTyping()");

        await second.WaitAsync(Online);
        await third.WaitAsync(Online);
        await third.WaitAsync($"Count() === {await second.AskAsync<int>("Count()")}");
        var events = await server.EventsAsync();
        var ids = events.Select(each => (string)each["id"]!).ToList();
        Assert.Equal(ids.Distinct(), ids);   // each task was inserted once, and never touched again
        Assert.Equal(await second.AskAsync<int>("Count()"), ids.Count);
        foreach (var (tab, name) in ((Tab, string)[])[(second, "b"), (third, "c")]) Assert.Equal(await tab.Page.EvaluateAsync<int>("() => typed.durable"), ids.Count(id => id.StartsWith(name, StringComparison.Ordinal)));
        Assert.True(ids.Count(id => id.StartsWith('a')) >= durable, $"{durable} tasks were durable in the tab that was killed.");
        Assert.Single(events.Select(each => (string)each["client"]!).Distinct());

        async Task StartTypingAsync(Tab tab)
        {
            var name = tab == first ? "a" : tab == second ? "b" : "c";
            await tab.Page.EvaluateAsync(
                $$"""
                () => {
                  globalThis.typed = { made: 0, durable: 0 };
                  let isOver = false;
                  globalThis.stopTyping = async () => { isOver = true; await over; };
                  const over = (async () => {
                    while (!isOver) {
                      typed.made++;
                      page.Device.Insert(`{{name}}${typed.made}`, "typed");
                      await page.Device.FlushAsync();
                      typed.durable++;
                      await new Promise(next => setTimeout(next, 20));
                    }
                  })();
                }
                """);
        }
    }

    [Fact]
    public async Task A_stream_that_one_tab_closes_goes_on_for_the_others()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var leader = await Tab.OpenAsync(profile, server, store: null);
        var follower = await Tab.OpenAsync(profile, server, store: null);
        foreach (var tab in (Tab[])[leader, follower])
        {
            await tab.DoAsync($"OpenRestingAsync('{server.Address}', 'todo')");
            await tab.DoAsync("OpenStreamAsync()");
        }
        await leader.DoAsync("Insert('milk', 'Milk')");
        await follower.WaitAsync("Count() === 1");
        await leader.WaitAsync(Online);
        await using var elsewhere = await browser.NewProfileAsync();
        var other = await Tab.OpenAsync(elsewhere, server);

        Assert.True(await leader.AskAsync<bool>("CloseStreamAsync()"));
        await other.DoAsync("Insert('bread', 'Bread')");
        await follower.WaitAsync("Count() === 2");
        await follower.DoAsync("Insert('butter', 'Butter')");
        await other.WaitAsync("Count() === 3");
        await follower.WaitAsync(Online);
        Assert.True(await follower.AskAsync<bool>("CloseStreamAsync()"));
        await other.DoAsync("Insert('jam', 'Jam')");
        await other.WaitAsync(Online);

        await follower.DoAsync("OpenStreamAsync()");
        await follower.WaitAsync("Count() === 4");
        await leader.DoAsync("CloseAsync()");
        await follower.DoAsync("SetTitle('jam', 'Plum jam')");
        await other.WaitAsync("""Titles().includes("Plum jam")""");
        Assert.Equal(5, (await server.EventsAsync()).Count);
    }

    [Fact]
    public async Task A_tab_that_does_not_lead_restores_what_a_conflict_lost()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var first = await Tab.OpenAsync(profile, server);
        await first.DoAsync("Insert('milk', 'Milk')");
        await first.WaitAsync(Online);
        await using var elsewhere = await browser.NewProfileAsync();
        var other = await Tab.OpenAsync(elsewhere, server);
        await other.WaitAsync("Titles() === '{\"milk\":\"Milk\"}'");
        await other.DoAsync("SwitchOff(true)");
        await other.DoAsync("SetTitle('milk', 'Soy milk')");
        await first.DoAsync("SetTitle('milk', 'Oat milk')");
        await first.WaitAsync(Online);
        await first.DoAsync("SetTitle('milk', 'Oats')");
        await first.WaitAsync(Online);
        await other.DoAsync("SwitchOff(false)");
        await other.WaitAsync(Online);
        var second = await Tab.OpenAsync(elsewhere, server);
        await second.WaitAsync("Conflicts().length === 1");
        Assert.Contains("Soy milk", (await second.AskAsync<string[]>("Conflicts()"))[0], StringComparison.Ordinal);

        await second.DoAsync("RestoreAsync()");

        foreach (var tab in (Tab[])[first, other, second]) await tab.WaitAsync("Titles() === '{\"milk\":\"Soy milk\"}'");
        await other.WaitAsync("Conflicts().length === 0");
        await second.WaitAsync("Conflicts().length === 0");
        await other.WaitAsync(Online);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_tab_knows_that_the_server_has_another_stream_and_may_start_over(bool isLeaderKilled)
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var leader = await Tab.OpenAsync(profile, server);
        await leader.DoAsync("Insert('milk', 'Milk')");
        await leader.WaitAsync(Online);
        var follower = await Tab.OpenAsync(profile, server);
        await leader.DoAsync("SwitchOff(true)");
        await server.DeleteAsync();
        await using var elsewhere = await browser.NewProfileAsync();
        var other = await Tab.OpenAsync(elsewhere, server);
        await other.DoAsync("Insert('bread', 'Bread')");
        await other.WaitAsync(Online);
        await leader.DoAsync("SwitchOff(false)");

        await follower.WaitAsync("HasDiverged()");
        var late = await Tab.OpenAsync(profile, server);
        foreach (var tab in (Tab[])[leader, follower, late])
        {
            await tab.WaitAsync("HasDiverged()");
            await tab.WaitAsync("StreamTrouble().includes('todo:home')");
        }
        await follower.DoAsync("Insert('butter', 'Butter')");
        if (isLeaderKilled) await leader.KillAsync();
        Assert.True(await follower.AskAsync<bool>("HasDiverged()"));
        await follower.DoAsync("StartOverAsync()");

        foreach (var tab in isLeaderKilled ? (Tab[])[follower, late] : [leader, follower, late])
        {
            await tab.WaitAsync("Titles() === '{\"bread\":\"Bread\",\"butter\":\"Butter\"}'");
            await tab.WaitAsync(Online);
            await tab.WaitAsync("HasDiverged() === false");
            Assert.Equal("", await tab.AskAsync<string>("StreamTrouble()"));
            await Assert.ThrowsAsync<PlaywrightException>(() => tab.DoAsync("StartOverAsync()"));
        }
        Assert.Equal(["bread", "butter"], (await server.EventsAsync()).Select(each => (string)each["id"]!));
    }

    [Fact]
    public async Task Tabs_are_told_when_the_browser_may_delete_the_store_and_when_it_has()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var tab = await Tab.OpenAsync(profile, server);
        await tab.DoAsync("FlushAsync()");
        await tab.WaitAsync("Warning().includes('may delete')");

        await tab.Page.EvaluateAsync("() => new Promise(done => (indexedDB.deleteDatabase('runnel:todo').onsuccess = done)).then(() => undefined)");
        await tab.WaitAsync("Warning().includes('has deleted')");

        var again = await Tab.OpenAsync(profile, server, store: null);
        await tab.Page.CloseAsync();
        await again.DoAsync($"OpenAsync('{server.Address}', 'todo')");
        await again.WaitAsync("Warning().includes('has deleted')");
    }

    [Fact]
    public async Task Every_tab_says_and_hears_signals()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        await using var elsewhere = await browser.NewProfileAsync();
        var leading = await Tab.OpenAsync(profile, server);
        var following = await Tab.OpenAsync(profile, server);
        var other = await Tab.OpenAsync(elsewhere, server);
        foreach (var tab in (Tab[])[leading, following, other]) await tab.WaitAsync(Online);

        Assert.True(await following.AskAsync<bool>("TrySignal('{\"typing\":\"Ann\"}')"));
        await other.WaitAsync("Heard().length === 1");
        Assert.True(await other.AskAsync<bool>("TrySignal('{\"typing\":\"Bob\"}')"));

        foreach (var tab in (Tab[])[leading, following]) await tab.WaitAsync("Heard().join() === '{\"typing\":\"Bob\"}'");
        Assert.Equal(["""{"typing":"Ann"}"""], await other.AskAsync<string[]>("Heard()"));
    }

    [Fact]
    public async Task Stores_of_two_names_are_two_clients()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var ann = await Tab.OpenAsync(profile, server, store: "todo:ann");
        await ann.DoAsync("Insert('milk', 'Milk')");
        await ann.WaitAsync(Online);
        var bob = await Tab.OpenAsync(profile, server, store: "todo:bob");
        await bob.WaitAsync("Count() === 1");

        Assert.NotEqual(await ann.AskAsync<string>("ClientId()"), await bob.AskAsync<string>("ClientId()"));
    }
}

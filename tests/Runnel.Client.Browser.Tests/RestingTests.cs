using Microsoft.Playwright;

namespace Runnel.Client.Browser.Tests;

/// <summary>Several tabs on one store in which streams rest until somebody looks at them.</summary>
public class RestingTests(Browser browser)
{
    private const string Online = "Connection() === 'Online' && page.Device.Pending() === 0";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_rests_where_another_tab_leads_is_edited_offline_and_the_edits_outlive_the_leader(bool isEditorNext)
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        var leader = await OpenAsync(profile, server);
        await leader.DoAsync("OpenStreamAsync()");
        await leader.DoAsync("Insert('milk', 'Milk')");
        await leader.WaitAsync(Online);
        Assert.True(await leader.AskAsync<bool>("CloseStreamAsync()"));
        // Whoever waits longest leads next.
        var next = await OpenAsync(profile, server);
        var last = await OpenAsync(profile, server);
        var (editor, bystander) = isEditorNext ? (next, last) : (last, next);
        await leader.DoAsync("SwitchOff(true)");
        await editor.WaitAsync("Connection() === 'SwitchedOff'");

        await editor.DoAsync("OpenStreamAsync()");
        Assert.Equal("""{"milk":"Milk"}""", await editor.AskAsync<string>("Titles()"));
        await editor.DoAsync("SetTitle('milk', 'Oat milk')");
        await editor.DoAsync("InsertBoth('bread', 'butter')");
        await editor.DoAsync("FlushAsync()");
        await leader.KillAsync();
        await editor.DoAsync("SetCompleted('milk', true)");

        const string all = """Titles() === '{"bread":"one","butter":"two","milk":"Oat milk!"}'""";
        await editor.WaitAsync(all);
        await bystander.DoAsync("OpenStreamAsync()");
        await bystander.WaitAsync(all);
        Assert.Single(await server.EventsAsync());   // still offline, all of them
        await bystander.DoAsync("SwitchOff(false)");
        foreach (var tab in (Tab[])[editor, bystander])
        {
            await tab.WaitAsync(Online);
            await tab.WaitAsync(all);
        }
        var events = await server.EventsAsync();
        Assert.Equal(["bread", "butter", "milk", "milk"], events.Select(each => (string)each["id"]!).Order());
        Assert.Single(events.Select(each => (string)each["client"]!).Distinct());
    }

    [Fact]
    public async Task A_stream_that_a_follower_closes_stays_open_where_the_leader_looks_at_it()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        await using var elsewhere = await browser.NewProfileAsync();
        var leader = await OpenAsync(profile, server);
        var follower = await OpenAsync(profile, server);
        foreach (var tab in (Tab[])[leader, follower]) await tab.DoAsync("OpenStreamAsync()");
        var other = await Tab.OpenAsync(elsewhere, server);
        await leader.WaitAsync(Online);

        Assert.True(await follower.AskAsync<bool>("CloseStreamAsync()"));
        await leader.DoAsync("Insert('milk', 'Milk')");
        await other.WaitAsync("Count() === 1");
        await other.DoAsync("Insert('bread', 'Bread')");
        await leader.WaitAsync("Count() === 2");

        await follower.DoAsync("OpenStreamAsync()");
        await follower.WaitAsync("Count() === 2");
        await follower.DoAsync("SwitchOff(true)");
        await follower.DoAsync("Insert('butter', 'Butter')");
        Assert.False(await follower.AskAsync<bool>("CloseStreamAsync()"));   // it has something to send
        await leader.WaitAsync("Count() === 3");
        await follower.DoAsync("SwitchOff(false)");
        await follower.WaitAsync(Online);
        Assert.True(await follower.AskAsync<bool>("CloseStreamAsync()"));

        await leader.KillAsync();
        await follower.DoAsync("OpenStreamAsync()");
        await other.DoAsync("Insert('jam', 'Jam')");
        await follower.WaitAsync("Count() === 4");
        Assert.Equal(4, (await server.EventsAsync()).Count);
    }

    [Fact]
    public async Task A_stream_that_rests_in_the_leader_stays_open_for_the_last_tab_that_looks_at_it()
    {
        await using var server = await PageServer.StartAsync();
        await using var profile = await browser.NewProfileAsync();
        await using var elsewhere = await browser.NewProfileAsync();
        var other = await Tab.OpenAsync(elsewhere, server);
        await other.DoAsync("Insert('milk', 'Milk')");
        await other.WaitAsync(Online);
        var leader = await OpenAsync(profile, server);
        var first = await OpenAsync(profile, server);
        var second = await OpenAsync(profile, server);
        foreach (var tab in (Tab[])[first, second])
        {
            await tab.DoAsync("OpenStreamAsync()");
            await tab.WaitAsync("Count() === 1");
        }

        for (var round = 2; round < 5; round++)
        {
            Assert.True(await first.AskAsync<bool>("CloseStreamAsync()"));
            await other.DoAsync($"Insert('more{round}', 'More')");
            await second.WaitAsync($"Count() === {round}");
            await first.DoAsync("OpenStreamAsync()");
            await first.WaitAsync($"Count() === {round}");
        }
        foreach (var tab in (Tab[])[first, second]) Assert.True(await tab.AskAsync<bool>("CloseStreamAsync()"));
        await leader.DoAsync("OpenStreamAsync()");
        await leader.WaitAsync("Count() === 4");
        await leader.DoAsync("SetTitle('milk', 'Oat milk')");
        await other.WaitAsync("""Titles().includes("Oat milk")""");
    }

    private static async Task<Tab> OpenAsync(IBrowserContext profile, PageServer server)
    {
        var tab = await Tab.OpenAsync(profile, server, store: null);
        await tab.DoAsync($"OpenRestingAsync('{server.Address}', 'todo')");
        return tab;
    }
}

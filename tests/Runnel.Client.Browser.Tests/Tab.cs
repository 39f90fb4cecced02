using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Runnel.Client.Browser.Tests;

/// <summary>A tab with the page in it. Everything is waited for by what the page answers, with a deadline that only a broken page meets.</summary>
internal sealed class Tab
{
    private const float Deadline = 30_000;

    private Tab(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>Opens a tab and, if <paramref name="store"/> is given, a client in it.</summary>
    public static async Task<Tab> OpenAsync(IBrowserContext profile, PageServer server, string? store = "todo")
    {
        var page = await profile.NewPageAsync();
        page.SetDefaultTimeout(Deadline);
        var tab = new Tab(page);
        page.PageError += (_, error) => TestContext.Current.SendDiagnosticMessage($"The page failed: {error}");
        await page.GotoAsync(server.Address);
        await page.WaitForFunctionAsync("() => window.page");
        if (store is not null) await tab.DoAsync($"OpenAsync('{server.Address}', '{store}')");
        return tab;
    }

    /// <summary>Calls something of the device in the page.</summary>
    public Task DoAsync(string call) => Page.EvaluateAsync($"() => page.Device.{call}");

    public Task<T> AskAsync<T>(string call) => Page.EvaluateAsync<T>($"() => page.Device.{call}");

    /// <summary>Waits until a condition on the device holds, such as <c>Pending() === 0</c>.</summary>
    public Task WaitAsync(string condition) => Page.WaitForFunctionAsync($"() => page.Device.{condition}");

    public async Task<JsonObject> TitlesAsync() => JsonNode.Parse(await AskAsync<string>("Titles()"))!.AsObject();

    /// <summary>Ends the tab as a crash does: nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        var crashed = new TaskCompletionSource();
        Page.Crash += (_, _) => crashed.TrySetResult();
        var session = await Page.Context.NewCDPSessionAsync(Page);
        _ = session.SendAsync("Page.crash");
        await crashed.Task.WaitAsync(TimeSpan.FromMilliseconds(Deadline));
    }
}

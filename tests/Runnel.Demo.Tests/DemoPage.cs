using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>The demo's page in a real browser. Everything is waited for by what the page shows, with a deadline that only a broken page meets.</summary>
internal sealed class DemoPage : IAsyncDisposable
{
    public const int Phones = 5;

    private const float Deadline = 60_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private DemoPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Opens the page with the system's Chromium and waits until all phones are live.</summary>
    public static async Task<DemoPage> OpenAsync(string address, ColorScheme scheme = ColorScheme.Light)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        // Without motion the page shows at once what it otherwise slides to.
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        page.SetDefaultTimeout(Deadline);
        await page.GotoAsync($"{address}/demo");
        var demo = new DemoPage(playwright, browser, page);
        await demo.WaitAsync("runnelDemo.phones.every(phone => phone.state === 'live')");
        return demo;
    }

    public Task TapAsync(int phone) => Page.GetByTestId($"switch-{phone}").ClickAsync();

    public Task PlugAsync(int phone) => Page.GetByTestId($"plug-{phone}").ClickAsync();

    /// <summary>Waits until a condition on <c>window.runnelDemo</c> holds.</summary>
    public Task WaitAsync(string condition) => Page.WaitForFunctionAsync($"() => window.runnelDemo && ({condition})");

    /// <summary>Waits until all phones are live, have nothing to send, and stand at the same place with the same state.</summary>
    public Task WaitUntilEqualAsync() => WaitAsync(
        "runnelDemo.phones.every(phone => phone.state === 'live' && phone.pending === 0 && phone.head === runnelDemo.phones[0].head && phone.hash && phone.hash === runnelDemo.phones[0].hash)");

    public Task<T> AskAsync<T>(string expression) => Page.EvaluateAsync<T>($"() => {expression}");

    public Task<byte[]> PictureAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png") });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

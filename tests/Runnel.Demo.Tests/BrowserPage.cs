using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>A page of the demo in the system's Chromium. Everything is waited for by what the page shows, with a deadline that only a broken page meets.</summary>
internal abstract class BrowserPage : IAsyncDisposable
{
    private const float Deadline = 90_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IPage? _page;

    public IPage Page => _page!;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Starts a browser with a profile of its own, and goes to <paramref name="address"/>.</summary>
    protected async Task GoToAsync(string address, ColorScheme scheme, int width, int height)
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        // Without motion the page shows at once what it otherwise slides to.
        _page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        _page.SetDefaultTimeout(Deadline);
        await _page.GotoAsync(address);
    }

    protected Task<byte[]> SavePictureAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png") });
}

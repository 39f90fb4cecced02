using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Runnel.Client.Browser.Tests.Browser))]

namespace Runnel.Client.Browser.Tests;

/// <summary>The system's Chromium, once for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
    }

    /// <summary>A profile of its own: what one keeps, no other sees.</summary>
    public Task<IBrowserContext> NewProfileAsync() => _browser!.NewContextAsync();

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>The to-do list of the demo in a real browser, with its two devices. Everything is waited for by what the page shows.</summary>
internal sealed class TodoPage : IAsyncDisposable
{
    private const float Deadline = 90_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private TodoPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Opens the page and waits until both devices are live.</summary>
    public static async Task<TodoPage> OpenAsync(string address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = Arguments });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        page.SetDefaultTimeout(Deadline);
        var todo = new TodoPage(playwright, browser, page);
        await page.GotoAsync($"{address}/demo/todo/");
        foreach (var device in (string[])["phone", "tablet"]) await todo.WaitForStateAsync(device, "live");
        return todo;
    }

    public ILocator Task(string device, string title) => Page.GetByTestId($"task-{device}").Filter(new() { Has = Page.GetByTestId("title").GetByText(title, new() { Exact = true }) });

    public async Task AddAsync(string device, string title)
    {
        await Page.GetByTestId($"add-{device}").FillAsync(title);
        await Page.GetByTestId($"add-{device}").PressAsync("Enter");
        await Task(device, title).WaitForAsync();
    }

    /// <summary>Types another title, letter by letter, as people do.</summary>
    public async Task RenameAsync(string device, string title, string newTitle)
    {
        await Task(device, title).GetByTestId("title").ClickAsync();
        var field = Page.GetByTestId($"task-{device}").GetByTestId("title-field");
        await field.PressAsync("Control+a");
        await field.PressSequentiallyAsync(newTitle);
        await field.PressAsync("Enter");
        await Task(device, newTitle).WaitForAsync();
    }

    public Task ToggleAsync(string device, string title) => Task(device, title).GetByTestId("check").ClickAsync();

    public async Task RemoveAsync(string device, string title)
    {
        await Task(device, title).HoverAsync();
        await Task(device, title).GetByTestId("remove").ClickAsync();
        await Task(device, title).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    public async Task PlugAsync(string device, string becomes)
    {
        await Page.GetByTestId($"plug-{device}").ClickAsync();
        await WaitForStateAsync(device, becomes);
    }

    public Task WaitForStateAsync(string device, string state) => Page.Locator($"[data-testid=device-{device}][data-state={state}]").WaitForAsync();

    /// <summary>Waits until the page says that both devices hold the same, and answers the hash.</summary>
    public async Task<string> WaitUntilEqualAsync()
    {
        await Page.Locator("[data-testid=hash-line][data-kind=good]").WaitForAsync();
        await Page.WaitForFunctionAsync("() => ['phone', 'tablet'].every(device => document.querySelector(`[data-testid=hash-${device}]`).textContent.length === 8)");
        var hashes = await Page.EvaluateAsync<string[]>("() => ['phone', 'tablet'].map(device => document.querySelector(`[data-testid=hash-${device}]`).textContent)");
        Assert.Equal(hashes[0], hashes[1]);
        return hashes[0];
    }

    public Task<string[]> TitlesAsync(string device) => Page.EvaluateAsync<string[]>($"() => [...document.querySelectorAll('[data-testid=task-{device}] [data-testid=title]')].map(title => title.textContent)");

    public Task<byte[]> PictureAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"todo-{name}.png") });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

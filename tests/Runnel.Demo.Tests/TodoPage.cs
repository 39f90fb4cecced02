using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>The to-do list of the demo in a real browser, with its two devices. Everything is waited for by what the page shows.</summary>
internal sealed class TodoPage : DevicesPage
{
    /// <summary>Opens the page and waits until both devices are live.</summary>
    public static async Task<TodoPage> OpenAsync(string address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var todo = new TodoPage();
        await todo.OpenBothAsync($"{address}/demo/todo/", scheme, width);
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

    /// <summary>Drags a task with the mouse, by its grip, onto another.</summary>
    public async Task DragAsync(string device, string title, string onto)
    {
        var (from, to) = (await CentreAsync(Task(device, title).Locator(".grip")), await CentreAsync(Task(device, onto)));
        await Page.Mouse.MoveAsync(from.X, from.Y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(to.X, to.Y, new() { Steps = 8 });
        await Page.Locator($"[data-testid=task-{device}].is-over").WaitForAsync();
        await Page.Mouse.UpAsync();
        await Page.WaitForFunctionAsync("() => !document.querySelector('.is-dragged, .is-over')");
    }

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

    /// <summary>Waits until both devices show these titles in this order.</summary>
    public Task WaitForOrderAsync(params string[] titles) => Page.WaitForFunctionAsync(
        "titles => ['phone', 'tablet'].every(device => [...document.querySelectorAll(`[data-testid=task-${device}] [data-testid=title]`)].map(title => title.textContent).join() === titles.join())", titles);

    public Task<byte[]> PictureAsync(string name) => SavePictureAsync($"todo-{name}");

    private static async Task<(float X, float Y)> CentreAsync(ILocator element)
    {
        var box = (await element.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}

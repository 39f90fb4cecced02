using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>The chat of the demo in a real browser, with its two devices. Everything is waited for by what the page shows.</summary>
internal sealed class ChatPage : DevicesPage
{
    /// <summary>Opens the page and waits until both devices are live.</summary>
    public static async Task<ChatPage> OpenAsync(string address)
    {
        var chat = new ChatPage();
        await chat.OpenBothAsync($"{address}/demo/chat/");
        return chat;
    }

    public ILocator Message(string device, string text) => Page.GetByTestId($"message-{device}").Filter(new() { HasText = text });

    public async Task SayAsync(string device, string text)
    {
        await Page.GetByTestId($"say-{device}").FillAsync(text);
        await Page.GetByTestId($"say-{device}").PressAsync("Enter");
        await Message(device, text).WaitForAsync();
    }

    public Task TogglePlugAsync(string device) => Page.GetByTestId($"plug-{device}").ClickAsync();

    public Task EnterAsync(string device, string room) => Page.GetByTestId($"room-{room}-{device}").ClickAsync();

    /// <summary>Waits for a number of the device's: "held" are the messages of the room in memory, "count" all that it has.</summary>
    public Task WaitForAsync(string device, string number, string condition) =>
        Page.WaitForFunctionAsync($"() => (value => {condition})(Number(document.querySelector(\"[data-testid='memory-{device}']\").dataset.{number}))");

    /// <summary>Waits until the newest message shows whole.</summary>
    public Task WaitForEndAsync(string device) =>
        Page.WaitForFunctionAsync($"() => (rows => rows.scrollHeight - rows.scrollTop - rows.clientHeight < 2)(document.querySelector(\"[data-testid='rows-{device}']\"))");

    /// <summary>Scrolls to a part of the history, and waits for the messages there; answers the number of the first that shows.</summary>
    public async Task<int> ScrollToAsync(string device, double part)
    {
        await Page.EvaluateAsync($$"""() => { const rows = document.querySelector("[data-testid='rows-{{device}}']"); rows.scrollTop = (rows.scrollHeight - rows.clientHeight) * {{part.ToString(System.Globalization.CultureInfo.InvariantCulture)}}; }""");
        var shown = await Page.WaitForFunctionAsync(
            $$"""
            () => {
              const rows = document.querySelector("[data-testid='rows-{{device}}']");
              const { top, bottom } = rows.getBoundingClientRect();
              const seen = [...rows.querySelectorAll(".message")].filter(row => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom);
              return seen.length > 3 && seen.every(row => row.querySelector(".who")) ? seen[0].dataset.index : false;
            }
            """);
        return int.Parse((await shown.JsonValueAsync<string>())!, System.Globalization.CultureInfo.InvariantCulture);
    }
}

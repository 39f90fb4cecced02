using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

public class ChatTests
{
    // What the demo has behind it (ChatHistory), and what a device may hold of a room: the last page and the few that were looked at.
    private const int History = 11_612, MostInMemory = 2_000;

    [Fact]
    public async Task What_one_says_the_other_reads_with_receipts_and_unread_counts()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var chat = await ChatPage.OpenAsync(demo.Address);
        await chat.EnterAsync("phone", "kitchen");

        await chat.SayAsync("phone", "Is anybody there?");
        await chat.Page.GetByTestId("unread-kitchen-tablet").Filter(new() { HasText = "1" }).WaitForAsync();
        await chat.Message("phone", "Is anybody there?").Locator(".receipt.is-Delivered").WaitForAsync();
        await chat.EnterAsync("tablet", "kitchen");
        await chat.Message("tablet", "Is anybody there?").WaitForAsync();
        await chat.Message("phone", "Is anybody there?").Locator(".receipt.is-Read").WaitForAsync();
        Assert.Equal(0, await chat.Page.GetByTestId("unread-kitchen-tablet").CountAsync());

        await chat.Page.GetByTestId("say-tablet").PressSequentiallyAsync("Yes");
        await chat.Page.GetByTestId("typing-phone").Filter(new() { HasText = "Ben is typing" }).WaitForAsync();
        await chat.Page.GetByTestId("say-tablet").PressAsync("Enter");
        await chat.Message("phone", "Yes").WaitForAsync();
    }

    [Fact]
    public async Task What_is_said_offline_is_kept_through_a_reload_and_arrives_once()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var chat = await ChatPage.OpenAsync(demo.Address);
        foreach (var device in (string[])["phone", "tablet"])
        {
            await chat.EnterAsync(device, "kitchen");
            await chat.TogglePlugAsync(device);
            await chat.WaitForStateAsync(device, "offline");
        }
        await chat.SayAsync("phone", "From the cellar");
        await chat.SayAsync("tablet", "From the train");
        await chat.Message("phone", "From the cellar").Locator(".receipt.is-Kept").WaitForAsync();
        Assert.Equal(0, await chat.Message("tablet", "From the cellar").CountAsync());

        await chat.Page.ReloadAsync();   // and live again: being unplugged is the page's, what was said is the device's
        foreach (var device in (string[])["phone", "tablet"])
        {
            await chat.WaitForStateAsync(device, "live");
            await chat.EnterAsync(device, "kitchen");
            foreach (var text in (string[])["From the cellar", "From the train"]) await chat.Message(device, text).WaitForAsync();
        }

        using var http = new HttpClient();
        var events = await http.GetStringAsync($"{demo.Address}/v1/streams/chat:kitchen.1/events?after=0");
        Assert.Equal(2, events.Split("\"insert\"").Length - 1);
    }

    [Fact]
    public async Task A_long_history_is_scrolled_with_a_bounded_part_of_it_in_memory()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var chat = await ChatPage.OpenAsync(demo.Address);
        await chat.WaitForAsync("phone", "count", $"value >= {History}");
        await chat.WaitForAsync("phone", "held", $"value > 0 && value <= {MostInMemory}");

        foreach (var part in (double[])[0, 0.13, 0.31, 0.52, 0.77, 1, 0.4])
        {
            var first = await chat.ScrollToAsync("phone", part);
            Assert.InRange(first, (History * part) - 100, (History * part) + 100);
            await chat.WaitForAsync("phone", "held", $"value > 0 && value <= {MostInMemory}");
        }

        await chat.Page.GetByTestId("say-phone").FillAsync("Back at the end");
        await chat.Page.GetByTestId("say-phone").PressAsync("Enter");
        await chat.Message("phone", "Back at the end").WaitForAsync();
        await chat.WaitForAsync("tablet", "count", $"value > {History}");
    }

    [Fact]
    public async Task The_page_fits_the_window_by_day_and_by_night()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var chat = await ChatPage.OpenAsync(demo.Address);
        await chat.SayAsync("phone", "Does it fit?");
        await chat.Message("tablet", "Does it fit?").WaitForAsync();
        foreach (var device in (string[])["phone", "tablet"]) await chat.WaitForEndAsync(device);

        foreach (var (scheme, width) in ((ColorScheme, int)[])[(ColorScheme.Light, 1280), (ColorScheme.Dark, 1280), (ColorScheme.Light, 390)])
        {
            await chat.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await chat.Page.SetViewportSizeAsync(width, 900);
            Assert.True(await chat.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
            await chat.Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"chat-{scheme}-{width}.png"), FullPage = true });
        }
    }
}

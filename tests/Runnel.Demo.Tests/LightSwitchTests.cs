using System.Text.Json;
using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

public class LightSwitchTests
{
    private const string AllOn = "runnelDemo.phones.every(phone => phone.lightsOn)";
    private const string AllOff = "runnelDemo.phones.every(phone => !phone.lightsOn)";

    [Fact]
    public async Task A_tap_on_one_phone_changes_the_other_four()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address);

        await page.TapAsync(1);
        await page.WaitAsync(AllOn);
        await page.WaitUntilEqualAsync();
        await page.PictureAsync("light");

        await page.TapAsync(4);
        await page.WaitAsync(AllOff);
        await page.WaitUntilEqualAsync();
        Assert.Equal(0, await page.AskAsync<int>("runnelDemo.counters.lost"));
        Assert.Equal(2, await HeadAsync(demo));
    }

    [Fact]
    public async Task The_page_is_dark_where_the_system_is()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address, ColorScheme.Dark);
        await using var light = await DemoPage.OpenAsync(demo.Address);

        await page.TapAsync(2);
        await page.WaitAsync(AllOn);
        await page.WaitUntilEqualAsync();
        await page.PictureAsync("dark");

        const string background = "getComputedStyle(document.body).backgroundColor";
        Assert.NotEqual(await light.AskAsync<string>(background), await page.AskAsync<string>(background));
    }

    [Fact]
    public async Task Two_phones_that_are_flipped_21_times_offline_send_one_event_each()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address);
        await page.TapAsync(1);
        await page.WaitUntilEqualAsync();
        var before = await HeadAsync(demo);

        await page.PlugAsync(2);
        await page.PlugAsync(3);
        await page.WaitAsync("runnelDemo.phones[1].state === 'offline' && runnelDemo.phones[2].state === 'offline'");
        for (var i = 0; i < 21; i++)
        {
            await page.TapAsync(2);
            await page.TapAsync(3);
        }
        await page.TapAsync(5);
        await page.WaitAsync("runnelDemo.phones[1].pending === 1 && runnelDemo.phones[2].pending === 1 && runnelDemo.phones[4].pending === 0");
        await page.PictureAsync("unplugged");
        Assert.Equal(before + 1, await HeadAsync(demo));

        await page.PlugAsync(2);
        await page.PlugAsync(3);
        await page.WaitUntilEqualAsync();
        Assert.Equal(before + 3, await HeadAsync(demo));
        Assert.Equal(0, await page.AskAsync<int>("runnelDemo.counters.lost"));
    }

    [Fact]
    public async Task When_the_server_is_killed_and_restarted_all_phones_come_back_equal()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address);
        await page.TapAsync(1);
        await page.WaitUntilEqualAsync();

        await page.Page.GetByTestId("kill").ClickAsync();
        await page.WaitAsync("runnelDemo.phones.every(phone => phone.state !== 'live')");
        await page.PictureAsync("killed");
        await page.TapAsync(3);   // whether or not the server is back already, the tap counts

        await page.WaitUntilEqualAsync();
        await page.WaitAsync(AllOff);
        Assert.Equal(2, await HeadAsync(demo));
        Assert.Equal(0, await page.AskAsync<int>("runnelDemo.counters.lost"));
    }

    [Fact]
    public async Task A_storm_of_30_seconds_loses_nothing()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address);

        await page.Page.GetByTestId("storm").ClickAsync();
        await page.WaitAsync("runnelDemo.counters.events > 200");
        await page.PictureAsync("storm");
        // The storm ends by itself: its button no longer is pressed.
        await page.WaitAsync("document.querySelector('[data-testid=storm]').getAttribute('aria-pressed') === 'false'");

        await page.WaitUntilEqualAsync();
        Assert.Equal(0, await page.AskAsync<int>("runnelDemo.counters.lost"));
        await page.WaitAsync($"runnelDemo.counters.events === {await HeadAsync(demo)}");
    }

    [Fact]
    public async Task The_page_fits_a_telephone()
    {
        await using var demo = await DemoServer.StartAsync();
        await using var page = await DemoPage.OpenAsync(demo.Address);

        await page.Page.SetViewportSizeAsync(390, 844);
        await page.TapAsync(1);
        await page.WaitAsync(AllOn);
        await page.PictureAsync("telephone");

        Assert.True(await page.AskAsync<bool>("document.documentElement.scrollWidth <= 390"));
    }

    private static async Task<long> HeadAsync(DemoServer demo)
    {
        using var http = new HttpClient();
        using var stream = JsonDocument.Parse(await http.GetStringAsync($"{demo.Address}/v1/streams/lightswitch"));
        return stream.RootElement.GetProperty("head").GetInt64();
    }
}

using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>The light switch of the demo, with its phones.</summary>
internal sealed class DemoPage : BrowserPage
{
    public const int Phones = 5;

    /// <summary>Opens the page and waits until all phones are live.</summary>
    public static async Task<DemoPage> OpenAsync(string address, ColorScheme scheme = ColorScheme.Light)
    {
        var demo = new DemoPage();
        await demo.GoToAsync($"{address}/demo", scheme, width: 1280, height: 800);
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

    public Task<byte[]> PictureAsync(string name) => SavePictureAsync(name);
}

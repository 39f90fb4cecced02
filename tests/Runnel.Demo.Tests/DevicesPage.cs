using Microsoft.Playwright;

namespace Runnel.Demo.Tests;

/// <summary>A page of the demo with two devices, a phone and a tablet, written in C#.</summary>
internal abstract class DevicesPage : BrowserPage
{
    public Task WaitForStateAsync(string device, string state) => Page.Locator($"[data-testid=device-{device}][data-state={state}]").WaitForAsync();

    /// <summary>Opens the page and waits until both devices are live.</summary>
    protected async Task OpenBothAsync(string address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        await GoToAsync(address, scheme, width, height: 900);
        foreach (var device in (string[])["phone", "tablet"]) await WaitForStateAsync(device, "live");
    }
}

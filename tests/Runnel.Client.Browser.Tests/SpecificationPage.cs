using Microsoft.Playwright;

namespace Runnel.Client.Browser.Tests;

/// <summary>One page for all tests of the specification: each has a store of its own in it.</summary>
public sealed class SpecificationPage(Browser browser) : IAsyncLifetime
{
    private PageServer? _server;
    private IBrowserContext? _profile;
    private Tab? _tab;

    public async ValueTask InitializeAsync()
    {
        _server = await PageServer.StartAsync();
        _profile = await browser.NewProfileAsync();
        _tab = await Tab.OpenAsync(_profile, _server, store: null);
    }

    /// <summary>Runs a test; the failure, or nothing.</summary>
    public Task<string> RunAsync(string test) => _tab!.Page.EvaluateAsync<string>("test => page.Specification.RunAsync(test)", test);

    public Task<string[]> NamesAsync() => _tab!.Page.EvaluateAsync<string[]>("() => page.Specification.Names()");

    public async ValueTask DisposeAsync()
    {
        if (_profile is not null) await _profile.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }
}

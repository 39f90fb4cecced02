using Microsoft.Playwright;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Browser.Tests;

/// <summary>The specification of local stores, each of its tests run in the browser, on IndexedDB.</summary>
public class IndexedDbStoreTests(Browser browser)
{
    public static TheoryData<string> Specification =>
        new(typeof(LocalStoreSpecification).GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), true).Length > 0).Select(method => method.Name));

    [Theory]
    [MemberData(nameof(Specification))]
    public async Task The_store_passes(string test)
    {
        await using var page = await SpecificationPage.OfAsync(browser);

        Assert.Equal("", await page.RunAsync(test));
    }

    [Fact]
    public async Task The_page_has_every_test_of_the_specification()
    {
        await using var page = await SpecificationPage.OfAsync(browser);

        Assert.Equal(Specification.Select(test => test.Data).Order(), (await page.NamesAsync()).Order());
    }

    private sealed class SpecificationPage(PageServer server, IBrowserContext profile, Tab tab) : IAsyncDisposable
    {
        public static async Task<SpecificationPage> OfAsync(Browser browser)
        {
            var server = await PageServer.StartAsync();
            var profile = await browser.NewProfileAsync();
            return new SpecificationPage(server, profile, await Tab.OpenAsync(profile, server, store: null));
        }

        public Task<string> RunAsync(string test) => tab.Page.EvaluateAsync<string>("test => page.Specification.RunAsync(test)", test);

        public Task<string[]> NamesAsync() => tab.Page.EvaluateAsync<string[]>("() => page.Specification.Names()");

        public async ValueTask DisposeAsync()
        {
            await profile.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}

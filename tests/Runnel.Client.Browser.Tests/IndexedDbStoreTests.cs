using Runnel.Testing.LocalStores;

namespace Runnel.Client.Browser.Tests;

/// <summary>The specification of local stores, each of its tests run in the browser, on IndexedDB.</summary>
public class IndexedDbStoreTests(SpecificationPage page) : IClassFixture<SpecificationPage>
{
    public static TheoryData<string> Specification =>
        new(typeof(LocalStoreSpecification).GetMethods().Where(method => method.GetCustomAttributes(typeof(FactAttribute), true).Length > 0).Select(method => method.Name));

    [Theory]
    [MemberData(nameof(Specification))]
    public async Task The_store_passes(string test) => Assert.Equal("", await page.RunAsync(test));

    [Fact]
    public async Task The_page_has_every_test_of_the_specification() =>
        Assert.Equal(Specification.Select(test => test.Data).Order(), (await page.NamesAsync()).Order());
}

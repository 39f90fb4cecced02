namespace Runnel.Tests;

public class KnownNamesTests
{
    [Fact]
    public void A_name_that_comes_again_is_the_same_string()
    {
        var (first, second) = (NamesOf("""{"title":1}"""), NamesOf("""{"title":2}"""));

        Assert.Same(first.Single(), second.Single());
    }

    [Fact]
    public void Names_that_share_a_place_are_not_taken_for_one_another()
    {
        // "Aa" and "BB" have the same hash.
        for (var turn = 0; turn < 3; turn++) Assert.Equal(["Aa", "BB"], NamesOf("""{"Aa":1,"BB":2}"""));
    }

    [Theory]
    [InlineData("größe")]
    [InlineData("")]
    [InlineData("a name that is longer than any of the protocol's, and therefore worth no place among the known ones")]
    public void Any_name_is_read_as_it_is(string name)
    {
        for (var turn = 0; turn < 3; turn++) Assert.Equal([name], NamesOf($$"""{"{{name}}":1}"""));
    }

    private static IEnumerable<string> NamesOf(string json) => CanonicalJson.Parse(json).Members().Select(member => member.Key);
}

using System.Text.Json;
using Runnel.Testing.Conformance;

namespace Runnel.Testing.Tests.Conformance;

public class TemplateTests
{
    private readonly Template _template = new();

    [Theory]
    [InlineData("""{"$repeat":{"text":"ab","times":3}}""", "\"ababab\"")]
    [InlineData("""{"$repeat":{"text":"x","times":"${max}","plus":-3}}""", "\"xx\"")]
    [InlineData("""[0,{"$list":{"times":2,"of":{"n":"${i}","id":"o${i}"}}},9]""", """[0,{"n":1,"id":"o1"},{"n":2,"id":"o2"},9]""")]
    [InlineData("""{"n":{"$raw":"1.50"}}""", """{"n":1.50}""")]
    [InlineData("""{"n":{"$inc":1},"s":{"$add":["${name}"]}}""", """{"n":{"$inc":1},"s":{"$add":["ada"]}}""")]
    [InlineData("""{"${name}":"é\n"}""", """{"ada":"é\n"}""")]
    public void What_is_written_becomes_what_is_sent(string written, string sent)
    {
        _template.Set("max", 5);
        _template.Set("name", "ada");

        Assert.Equal(sent, _template.Fill(JsonElement.Parse(written)));
    }

    [Fact]
    public void A_variable_that_nothing_has_set_is_a_mistake_of_the_case() => Assert.Throws<FormatException>(() => _template.Fill("/${nothing}"));
}

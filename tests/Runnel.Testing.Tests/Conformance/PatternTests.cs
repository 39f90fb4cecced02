using System.Text.Json;
using Runnel.Testing.Conformance;

namespace Runnel.Testing.Tests.Conformance;

public class PatternTests
{
    private readonly Template _variables = new();

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":"$absent"}""", """{"b":2}""")]
    [InlineData("""{"a":1.0}""", """{"a":1}""")]
    [InlineData("""[1,"$any",{"$oneOf":[2,3]}]""", """[1,null,3]""")]
    [InlineData("""{"$not":7}""", "8")]
    [InlineData("\"$text\"", "\"x\"")]
    [InlineData("\"$time\"", "\"2026-11-30T12:00:00.000Z\"")]
    [InlineData("\"$hash\"", "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"")]
    [InlineData("\"$starts:ab\"", "\"abc\"")]
    [InlineData("\"$contains:b\"", "\"abc\"")]
    [InlineData("\"$raw:1e+21\"", "1e+21")]
    [InlineData("\"$number\"", "1")]
    [InlineData("\"$boolean\"", "false")]
    [InlineData("\"$object\"", "{}")]
    [InlineData("\"$array\"", "[]")]
    public void What_was_expected_is_accepted(string expected, string actual) => Assert.Null(Difference(expected, actual));

    [Theory]
    [InlineData("""{"a":1}""", """{"b":1}""", "it.a is missing; expected 1")]
    [InlineData("""{"a":{"b":[1,2]}}""", """{"a":{"b":[1,3]}}""", "it.a.b[1] is 3; expected 2")]
    [InlineData("""{"a":"$absent"}""", """{"a":null}""", "it.a is null; it must not be there")]
    [InlineData("[1,2]", "[1]", "it has 1 elements; expected 2: [1]")]
    [InlineData("""{"$not":7}""", "7", "it is 7; anything else was expected")]
    [InlineData("""{"$oneOf":[1,2]}""", "3", "it is 3; expected one of [1,2]")]
    [InlineData("\"1\"", "1", "it is 1; expected \"1\"")]
    [InlineData("\"$text\"", "\"\"", "it is \"\"; expected $text")]
    [InlineData("\"$time\"", "\"yesterday\"", "it is \"yesterday\"; expected $time")]
    [InlineData("\"$hash\"", "\"ABC\"", "it is \"ABC\"; expected $hash")]
    [InlineData("\"$raw:1\"", "1.0", "it is 1.0; expected $raw:1")]
    [InlineData("true", "false", "it is false; expected true")]
    public void What_was_not_is_named_with_its_place(string expected, string actual, string difference) => Assert.Equal(difference, Difference(expected, actual));

    [Fact]
    public void A_value_is_kept_for_later()
    {
        Assert.Null(Difference("""{"id":"$text=id","n":"$number=n"}""", """{"id":"5f","n":7}"""));

        Assert.Equal("""{"path":"/5f/7","n":7}""", _variables.Fill(JsonElement.Parse("""{"path":"/${id}/${n}","n":"${n}"}""")));
    }

    [Fact]
    public void A_word_that_nobody_knows_is_a_mistake_of_the_case() => Assert.Throws<FormatException>(() => Difference("\"$colour\"", "1"));

    private string? Difference(string expected, string actual) => new Pattern(_variables).Difference(JsonElement.Parse(expected), JsonElement.Parse(actual), "it");
}

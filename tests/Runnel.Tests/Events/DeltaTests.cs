using CsCheck;

namespace Runnel.Tests;

public class DeltaTests
{
    [Theory]
    [InlineData("\"Buy milk\"")]
    [InlineData("null")]
    [InlineData("[{\"$add\":1}]")]
    [InlineData("{}")]
    [InlineData("{\"price$\":1}")]
    [InlineData("{\"a\":{\"$set\":1}}")]
    public void A_plain_value_sets_the_field_to_it(string json)
    {
        var set = Assert.IsType<Delta.SetValue>(Parse(json));

        Assert.Equal(json, set.Value.ToString());
        Assert.Equal(json, set.Wire.ToString());
        Assert.Equal(set, Delta.Set(set.Value));
    }

    [Theory]
    [InlineData("{\"$add\":[1]}")]
    [InlineData("{\"$inc\":\"x\"}")]
    [InlineData("{\"$set\":{\"$set\":1}}")]
    [InlineData("{\"!\":1,\"$\":2}")]
    [InlineData("{\"$unknown\":1,\"plain\":2}")]
    public void A_literal_that_looks_like_a_delta_is_wrapped(string literal)
    {
        var set = Assert.IsType<Delta.SetValue>(Parse($"{{\"$set\":{literal}}}"));

        Assert.Equal(literal, set.Value.ToString());
        Assert.Equal($"{{\"$set\":{literal}}}", set.Wire.ToString());
        Assert.Equal(set, Delta.Set(CanonicalJson.Parse(literal)));
    }

    [Theory]
    [InlineData("{\"$set\":5}", "5")]
    [InlineData("{\"$set\":{\"a\":1}}", "{\"a\":1}")]
    [InlineData("{\"$add\":[2,1,2]}", "{\"$add\":[1,2]}")]
    [InlineData("{\"$add\":[1],\"$remove\":[]}", "{\"$add\":[1]}")]
    [InlineData("{\"$remove\":[\"b\",\"a\"],\"$add\":[\"c\"]}", "{\"$add\":[\"c\"],\"$remove\":[\"a\",\"b\"]}")]
    [InlineData("{\"$inc\":1e3}", "{\"$inc\":1000}")]
    public void What_can_be_said_in_two_ways_is_kept_in_one(string sent, string kept) => Assert.Equal(kept, Parse(sent).Wire.ToString());

    [Theory]
    [InlineData("9007199254740991", 9007199254740991)]
    [InlineData("-9007199254740991", -9007199254740991)]
    [InlineData("0", 0)]
    public void Increments_are_integers_below_2_to_the_53(string written, long amount)
    {
        var increment = Assert.IsType<Delta.Increment>(Parse($"{{\"$inc\":{written}}}"));

        Assert.Equal(amount, increment.Amount);
        Assert.Equal(increment, Delta.Inc(amount));
    }

    [Theory]
    [InlineData(1L << 53)]
    [InlineData(-(1L << 53))]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_larger_increment_is_a_mistake(long amount) => Assert.Throws<ArgumentOutOfRangeException>(() => Delta.Inc(amount));

    [Theory]
    [InlineData("{\"$inc\":9007199254740992}", "is no delta")]
    [InlineData("{\"$inc\":0.5}", "is no delta")]
    [InlineData("{\"$inc\":\"1\"}", "is no delta")]
    [InlineData("{\"$inc\":null}", "is no delta")]
    [InlineData("{\"$inc\":1,\"$set\":2}", "is no delta")]
    [InlineData("{\"$set\":1,\"x\":2}", "is no delta")]
    [InlineData("{\"$add\":[1],\"x\":2}", "is no delta")]
    [InlineData("{\"$add\":1}", "is no delta")]
    [InlineData("{\"$add\":[1],\"$remove\":1}", "is no delta")]
    [InlineData("{\"$splice\":[0,1,\"x\"]}", "is no delta")]
    [InlineData("{\"$\":1}", "is no delta")]
    [InlineData("{\"$add\":[]}", "at least one element")]
    [InlineData("{\"$add\":[],\"$remove\":[]}", "at least one element")]
    [InlineData("{\"$add\":[1],\"$remove\":[1.0]}", "added and removed")]
    [InlineData("{\"$add\":[\"a\"],\"$remove\":[\"b\",\"\\u0061\"]}", "added and removed")]
    [InlineData("{\"$add\":[[1]]}", "Elements of a set")]
    [InlineData("{\"$remove\":[{}]}", "Elements of a set")]
    public void What_is_no_delta_is_refused_with_the_reason(string json, string reason)
    {
        Assert.False(Delta.TryParse(CanonicalJson.Parse(json), out var delta, out var error));
        Assert.Null(delta);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_value_that_is_no_delta_is_not_repeated_in_full()
    {
        Assert.False(Delta.TryParse(CanonicalJson.Parse($"{{\"$x\":\"{new string('x', 10_000)}\"}}"), out _, out var error));
        Assert.InRange(error.Length, 1, 300);
    }

    [Fact]
    public void Elements_are_told_apart_by_their_canonical_bytes()
    {
        var change = Assert.IsType<Delta.ChangeElements>(Parse("{\"$add\":[1,\"1\",true,\"true\",null,\"null\",1.0,1e0]}"));

        Assert.Equal(["\"1\"", "\"null\"", "\"true\"", "1", "null", "true"], change.Added.Select(element => element.ToString()));
        Assert.Empty(change.Removed);
    }

    [Fact]
    public void Changes_of_elements_equal_the_naive_sets() => Gen.Select(Gen.Int[0, 9].Array[0, 8], Gen.Int[0, 9].Array[0, 8]).Sample((added, removed) =>
    {
        var valid = added.Length + removed.Length > 0 && !added.Intersect(removed).Any();
        var make = () => (Delta.ChangeElements)Delta.Elements(added.Select(Number), removed.Select(Number));
        if (!valid)
        {
            Assert.Throws<FormatException>(make);
            return;
        }

        var change = make();

        Assert.Equal(added.ToHashSet().Order().Select(Number), change.Added);
        Assert.Equal(removed.ToHashSet().Order().Select(Number), change.Removed);
        Assert.Equal(change, Parse(change.ToString()));
        Assert.Equal(change.GetHashCode(), Parse(change.ToString()).GetHashCode());

        static CanonicalJson Number(int number) => CanonicalJson.FromNumber(number);
    }, iter: Randomized.Runs(3_000));

    private static Delta Parse(string json)
    {
        Assert.True(Delta.TryParse(CanonicalJson.Parse(json), out var delta, out var error), error);
        return delta;
    }
}

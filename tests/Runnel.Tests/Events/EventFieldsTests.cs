namespace Runnel.Tests;

public class EventFieldsTests
{
    [Fact]
    public void Fields_are_kept_sorted_by_name_in_canonical_form()
    {
        var fields = Parse("{\"b\":{\"$set\":1},\"a\":[ 1.0 ],\"B\":{\"$inc\":2}}");

        Assert.Equal("{\"B\":{\"$inc\":2},\"a\":[1],\"b\":1}", fields.Wire.ToString());
        Assert.Equal(["B", "a", "b"], fields.Changes.Select(change => change.Name.Value));
        Assert.Equal(fields, EventFields.Create(fields.Changes.Reverse()));
        Assert.Equal(fields.GetHashCode(), EventFields.Create(fields.Changes).GetHashCode());
        Assert.Equal(3, fields.Count);
    }

    [Theory]
    [InlineData("[]", "JSON object")]
    [InlineData("{\"\":1}", "\"\" is no field name")]
    [InlineData("{\"1st\":1}", "\"1st\" is no field name")]
    [InlineData("{\"$inc\":1}", "\"$inc\" is no field name")]
    [InlineData("{\"ä\":1}", "\"ä\" is no field name")]
    [InlineData("{\"a\":1,\"n\":{\"$inc\":0.5}}", "is no delta")]
    public void What_are_no_fields_is_refused_with_the_reason(string json, string reason)
    {
        Assert.False(EventFields.TryParse(CanonicalJson.Parse(json), out var fields, out var error));
        Assert.Null(fields);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_is_named_once()
    {
        var change = new FieldChange(FieldName.Parse("a"), Delta.Inc(1));

        Assert.Throws<FormatException>(() => EventFields.Create([change, change]));
    }

    [Fact]
    public void Values_nest_so_deep_that_every_message_around_them_can_still_be_read()
    {
        var deepest = Nested(EventFields.MaxDepth - 1);
        var tooDeep = Nested(EventFields.MaxDepth);

        Assert.Equal(deepest, Parse($"{{\"a\":{deepest}}}").Wire.Members()[0].Value);
        Assert.False(EventFields.TryParse(CanonicalJson.Parse($"{{\"a\":{tooDeep}}}"), out _, out var error));
        Assert.Contains("nest", error, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => EventFields.Create([new FieldChange(FieldName.Parse("a"), Delta.Set(tooDeep))]));
    }

    private static CanonicalJson Nested(int depth) => CanonicalJson.Parse(new string('[', depth) + new string(']', depth));

    private static EventFields Parse(string json)
    {
        Assert.True(EventFields.TryParse(CanonicalJson.Parse(json), out var fields, out var error), error);
        return fields;
    }
}

using CsCheck;
using Runnel.Records;

namespace Runnel.Tests;

public class StreamSettingsTests
{
    private static readonly CollectionName Task = CollectionName.Parse("task");
    private static readonly FieldName Title = FieldName.Parse("title");

    private static readonly Gen<StreamSettings> AnySettings = Gen.Select(
        Gen.Enum<StreamOrder>(),
        Gen.Select(Gen.Enum<ConcurrentDelete>(), Gen.Enum<FieldMerge>(), Gen.Enum<FieldMerge>()).Array[2])
        .Select((order, rules) => new StreamSettings(order, rules.Select((rule, index) => KeyValuePair.Create(
            CollectionName.Parse("ab"[index..(index + 1)]),
            new CollectionSettings(rule.Item1, new Dictionary<FieldName, FieldMerge> { [FieldName.Parse("x")] = rule.Item2, [FieldName.Parse("y")] = rule.Item3 })))));

    [Fact]
    public void Settings_read_as_the_protocol_writes_them()
    {
        var settings = Parse("""{"order":"total","collections":{"task":{"onConcurrentDelete":"updateWins","fields":{"title":"keepAll"}}}}""");

        Assert.Equal(StreamOrder.Total, settings.Order);
        Assert.Equal(ConcurrentDelete.UpdateWins, settings.Of(Task).OnConcurrentDelete);
        Assert.Equal(FieldMerge.KeepAll, settings.Of(Task).MergeOf(Title));
        Assert.Equal(FieldMerge.LastWriterWins, settings.Of(Task).MergeOf(FieldName.Parse("other")));
        Assert.Equal(ConcurrentDelete.DeleteWins, settings.Of(CollectionName.Parse("other")).OnConcurrentDelete);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"order\":\"causal\"}")]
    [InlineData("{\"collections\":{}}")]
    [InlineData("{\"collections\":{\"task\":{}}}")]
    [InlineData("{\"collections\":{\"task\":{\"onConcurrentDelete\":\"deleteWins\",\"fields\":{\"title\":\"lastWriterWins\"}}}}")]
    public void Settings_that_say_the_defaults_equal_the_defaults(string json)
    {
        Assert.Equal(StreamSettings.Default, Parse(json));
        Assert.Equal(StreamSettings.Default.GetHashCode(), Parse(json).GetHashCode());
        Assert.Equal("{\"order\":\"causal\"}", Parse(json).ToString());
    }

    [Fact]
    public void Settings_read_back_as_they_were_written() => AnySettings.Sample(settings =>
        Assert.Equal(settings, StreamSettings.Parse(settings.Wire)), iter: Randomized.Runs(2_000));

    [Fact]
    public void Settings_are_equal_exactly_if_they_rule_alike() => Gen.Select(AnySettings, AnySettings).Sample((left, right) =>
    {
        var alike = left.Order == right.Order && new[] { "a", "b" }.Select(CollectionName.Parse).All(collection =>
            left.Of(collection).OnConcurrentDelete == right.Of(collection).OnConcurrentDelete
            && new[] { "x", "y" }.Select(FieldName.Parse).All(field => left.Of(collection).MergeOf(field) == right.Of(collection).MergeOf(field)));

        Assert.Equal(alike, left.Equals(right));
    }, iter: Randomized.Runs(2_000));

    [Theory]
    [InlineData("[]", "Settings must be a JSON object")]
    [InlineData("null", "Settings must be a JSON object")]
    [InlineData("{\"order\":\"wild\"}", "\"order\" is \"causal\" or \"total\", not \"wild\"")]
    [InlineData("{\"order\":1}", "\"order\" is \"causal\" or \"total\", not 1")]
    [InlineData("{\"ordre\":\"total\"}", "Settings know no \"ordre\"")]
    [InlineData("{\"collections\":[]}", "collections must be a JSON object")]
    [InlineData("{\"collections\":{\"1st\":{}}}", "\"1st\" is no collection name")]
    [InlineData("{\"collections\":{\"task\":null}}", "must be a JSON object, not null")]
    [InlineData("{\"collections\":{\"task\":{\"onConcurrentDelete\":true}}}", "\"deleteWins\" or \"updateWins\", not true")]
    [InlineData("{\"collections\":{\"task\":{\"onDelete\":\"deleteWins\"}}}", "Settings know no \"onDelete\"")]
    [InlineData("{\"collections\":{\"task\":{\"fields\":\"keepAll\"}}}", "fields must be a JSON object")]
    [InlineData("{\"collections\":{\"task\":{\"fields\":{\"$x\":\"keepAll\"}}}}", "\"$x\" is no field name")]
    [InlineData("{\"collections\":{\"task\":{\"fields\":{\"title\":\"keepall\"}}}}", "\"keepAll\", not \"keepall\"")]
    public void What_are_no_settings_is_refused_with_the_reason(string json, string reason)
    {
        Assert.False(StreamSettings.TryParse(CanonicalJson.Parse(json), out var settings, out var error));
        Assert.Null(settings);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_nonsense_is_not_repeated_in_full()
    {
        foreach (var json in new[] { $"[\"{Long}\"]", $"{{\"order\":\"{Long}\"}}", $"{{\"{Long}\":1}}", $"{{\"collections\":{{\"{Long}\":{{}}}}}}" })
        {
            Assert.False(StreamSettings.TryParse(CanonicalJson.Parse(json), out _, out var error));
            Assert.InRange(error.Length, 1, 300);
        }
    }

    private static readonly string Long = new('x', 10_000);

    [Theory]
    [InlineData("{}", "{}", true)]
    [InlineData("{}", "{\"order\":\"total\"}", false)]
    [InlineData("{}", "{\"collections\":{\"new\":{\"onConcurrentDelete\":\"updateWins\",\"fields\":{\"title\":\"keepAll\"}}}}", true)]
    [InlineData("{}", "{\"collections\":{\"task\":{\"onConcurrentDelete\":\"updateWins\"}}}", false)]   // events have named tasks
    [InlineData("{}", "{\"collections\":{\"task\":{\"fields\":{\"title\":\"keepAll\"}}}}", false)]      // and their titles
    [InlineData("{}", "{\"collections\":{\"task\":{\"fields\":{\"notes\":\"keepAll\"}}}}", true)]       // but no notes yet
    [InlineData("{\"collections\":{\"new\":{\"onConcurrentDelete\":\"updateWins\"}}}", "{}", false)]    // a rule is added, never taken back
    [InlineData("{\"collections\":{\"new\":{\"fields\":{\"a\":\"keepAll\"}}}}", "{\"collections\":{\"new\":{\"fields\":{\"b\":\"keepAll\"}}}}", false)]
    [InlineData("{\"collections\":{\"new\":{\"fields\":{\"a\":\"keepAll\"}}}}", "{\"collections\":{\"new\":{\"fields\":{\"a\":\"keepAll\",\"b\":\"keepAll\"}}}}", true)]
    [InlineData("{\"collections\":{\"task\":{\"fields\":{\"title\":\"keepAll\"}}}}", "{\"collections\":{\"task\":{\"fields\":{\"title\":\"keepAll\"}}}}", true)]
    public void A_rule_may_be_added_for_what_no_event_has_named(string mine, string wanted, bool may)
    {
        var named = new HashSet<(CollectionName, FieldName?)> { (Task, null), (Task, Title) };

        Assert.Equal(may, Parse(mine).MayBecome(Parse(wanted), (collection, field) => named.Contains((collection, field))));
    }

    private static StreamSettings Parse(string json) => StreamSettings.Parse(CanonicalJson.Parse(json));
}

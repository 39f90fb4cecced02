using System.Text;
using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>The merge state document: what a replica may start from instead of the events.</summary>
public class MergeStateTests
{
    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void A_snapshot_at_any_seq_and_the_events_after_it_equal_a_full_replay(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("abkntm").Sample(history =>
        {
            var full = history.Log.Play(settings);
            for (var seq = 0; seq <= history.Log.Count; seq++)
            {
                var fromSnapshot = Reread(history.Log.Take(seq).Play(settings)).Then(history.Log.Skip(seq));

                Assert.Equal(full.MergeState(), fromSnapshot.MergeState());
                Assert.Equal(full.Show(), fromSnapshot.Show());
            }
        }, iter: Randomized.Runs(100));
    }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void A_snapshot_may_be_made_from_a_snapshot_after_every_event(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("abkntm").Sample(history =>
        {
            var records = new RecordSet(settings);
            foreach (var next in history.Log)
            {
                records.Apply(next);
                records = Reread(records);
            }

            Assert.Equal(history.Log.Play(settings).MergeState(), records.MergeState());
        }, iter: Randomized.Runs(100));
    }

    [Fact]
    public void The_document_is_canonical() => History.Of("abkntm").Sample(history =>
    {
        var document = history.Log.Play(Rules.Causal).MergeState();

        Assert.Equal(CanonicalJson.Parse(document).ToString(), document);
    }, iter: Randomized.Runs(100));

    [Fact]
    public void The_merge_hash_is_that_of_the_document()
    {
        var records = new Tape().Insert("A1@0", """{"a":1}""").Play();

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(records.MergeState()))), records.MergeHash());
    }

    [Fact]
    public void A_deleted_object_keeps_nothing_that_only_an_insert_could_show_again()
    {
        var deleted = new Tape().Insert("A1@0", """{"a":"a long story"}""").Delete("A2@1");

        Assert.DoesNotContain("story", deleted.Play().MergeState(), StringComparison.Ordinal);
        Assert.Contains("story", deleted.Play(Rules.CausalUpdateWins).MergeState(), StringComparison.Ordinal);   // an update may come
    }

    [Fact]
    public void Values_may_be_as_deep_as_events_have_them()
    {
        var depth = EventFields.MaxDepth - 1;
        var deep = new string('[', depth) + new string(']', depth);
        var records = new Tape().Insert("A1@0", $$"""{"a":{{deep}},"k":{{deep}}}""").Update("B1@0", $$"""{"k":{{deep}}}""").Play();

        Assert.Equal(records.MergeState(), Reread(records).MergeState());
        Assert.Equal(2, records.Visible().Single().Fields.Members().Single(member => member.Key == "k").Value.Members().Single().Value.Elements().Count);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("[]", "no object")]
    [InlineData("""{"records":[],"seq":1}""", "without writers")]
    [InlineData("""{"records":[],"seq":1,"writers":[],"more":1}""", "something unknown")]
    [InlineData("""{"records":[],"seq":-1,"writers":[]}""", "a negative seq")]
    [InlineData("""{"records":[],"seq":1,"writers":[[1,0,"A"]]}""", "half a writer")]
    [InlineData("""{"records":[],"seq":1,"writers":[[1,0,"/",1]]}""", "a client that is none")]
    [InlineData("""{"records":[{"collection":"task","fields":{},"id":"x","insert":0}],"seq":1,"writers":[]}""", "a writer that is not there")]
    [InlineData("""{"records":[{"collection":"task","fields":{},"id":"x"},{"collection":"task","fields":{},"id":"x"}],"seq":1,"writers":[]}""", "an object twice")]
    [InlineData("""{"records":[{"collection":"task","fields":{"a":{"siblings":[[0,1]]}},"id":"x"}],"seq":1,"writers":[[1,0,"A",1]]}""", "siblings of a field that keeps none")]
    [InlineData("""{"records":[{"collection":"task","fields":{"k":{"value":[0,1]}},"id":"x"}],"seq":1,"writers":[[1,0,"A",1]]}""", "one value of a field that keeps all")]
    [InlineData("""{"records":[{"collection":"task","fields":{"a":{"sum":"1.5"}},"id":"x"}],"seq":1,"writers":[[1,0,"A",1]]}""", "half a count")]
    [InlineData("""{"records":[{"collection":"task","fields":{"a":{"add":[[0,1]],"remove":[[0,1]]}},"id":"x"}],"seq":1,"writers":[[1,0,"A",1]]}""", "an element in and out")]
    [InlineData("""{"records":[{"collection":"task","fields":{"a":{"add":[[0,[]]]}},"id":"x"}],"seq":1,"writers":[[1,0,"A",1]]}""", "an element that is no scalar")]
    [InlineData("""{"records":[],"seq":1,"writers":[]} {}""", "something behind it")]
    public void A_damaged_document_is_refused(string document, string why)
    {
        Assert.NotNull(why);
        Assert.Throws<FormatException>(() => RecordSet.ReadMergeState(Rules.Causal, Encoding.UTF8.GetBytes(document)));
    }

    private static RecordSet Reread(RecordSet records) => RecordSet.ReadMergeState(records.Settings, Encoding.UTF8.GetBytes(records.MergeState()));
}

using System.Security.Cryptography;
using System.Text;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>What the <c>state</c> endpoint answers: which objects, in which order, with which hash.</summary>
public class VisibleStateTests
{
    [Fact]
    public void The_hash_is_that_of_the_canonical_records_array()
    {
        var records = new Tape().Insert("A1@0", """{"title":"Mjölk","done":false}""", id: "b\"1").Insert("A2@0", "{}", id: "a").Play();
        const string array = """[{"collection":"task","fields":{},"id":"a"},{"collection":"task","fields":{"done":false,"title":"Mjölk"},"id":"b\"1"}]""";

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(array))), records.Hash());
    }

    [Fact]
    public void The_hash_of_an_empty_stream_is_that_of_an_empty_array() =>
        Assert.Equal("4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", new RecordSet(Rules.Causal).Hash());

    [Fact]
    public void Large_records_hash_like_small_ones()
    {
        var text = new string('x', 100_000);
        var records = new Tape().Insert("A1@0", $$"""{"a":"{{text}}"}""", id: "1").Insert("A2@0", $$"""{"a":"{{text}}"}""", id: "2").Play();
        var array = $$"""[{"collection":"task","fields":{"a":"{{text}}"},"id":"1"},{"collection":"task","fields":{"a":"{{text}}"},"id":"2"}]""";

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(array))), records.Hash());
    }

    [Fact]
    public void Objects_sort_by_the_utf8_bytes_of_their_ids()
    {
        // As UTF-16, the smiling face begins with U+D83D, which is below U+FF21, a full-width A.
        var records = new Tape().Insert("A1@0", id: "\U0001F600").Insert("A2@0", id: "\uFF21").Insert("A3@0", id: "z").Insert("A4@0", id: "Z").Play();

        Assert.Equal(["Z", "z", "\uFF21", "\U0001F600"], records.Visible().Select(record => record.Key.Id.Value));
    }

    [Fact]
    public void One_collection_may_be_asked_for()
    {
        var records = new Tape().Insert("A1@0", id: "1").Play();

        Assert.Single(records.Visible(CollectionName.Parse("task")));
        Assert.Empty(records.Visible(CollectionName.Parse("list")));
    }

    [Fact]
    public void Deleted_and_never_inserted_objects_are_not_seen_but_remembered()
    {
        var records = new Tape().Insert("A1@0", id: "gone").Delete("A2@1", id: "gone").Update("A3@2", """{"a":1}""", id: "early").Play();

        Assert.Empty(records.Visible());
        Assert.True(records.TryFind(Tape.Key("gone"), out var gone) && gone is { LatestDelete.Seq.Value: 2, Visible: null });
        Assert.True(records.TryFind(Tape.Key("early"), out var early) && !early.TryRead(FieldName.Parse("a"), out _));
        Assert.False(records.TryFind(Tape.Key("unheard-of"), out _));
    }

    [Fact]
    public void Rules_may_be_added_for_fields_that_no_event_has_named()
    {
        var withNotes = StreamSettings.Parse(CanonicalJson.Parse("""{"collections":{"task":{"fields":{"note":"keepAll"}}}}"""));
        var records = new Tape().Insert("A1@0", """{"a":1}""").Play(StreamSettings.Default);

        records.Adopt(withNotes);
        records.Then([Tape.Event(2, "B1@0", EventOp.Update, """{"note":"b"}"""), Tape.Event(3, "C1@0", EventOp.Update, """{"note":"c"}""")]);

        Assert.Equal("""task/x {"a":1,"note":{"$siblings":["b","c"]}}""", records.Show().TrimEnd());
        Assert.Same(withNotes, records.Settings);
    }
}

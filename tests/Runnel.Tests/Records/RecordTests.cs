using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>The rules of merging, one example each.</summary>
public class RecordTests
{
    [Fact]
    public void An_insert_writes_the_whole_object() =>
        Assert.Equal("""{"b":2}""", new Tape().Insert("A1@0", """{"a":1}""").Insert("A2@1", """{"b":2}""").Read());

    [Fact]
    public void An_update_writes_the_fields_it_names() =>
        Assert.Equal("""{"a":1,"b":3}""", new Tape().Insert("A1@0", """{"a":1,"b":2}""").Update("A2@1", """{"b":3}""").Read());

    [Fact]
    public void An_object_without_an_insert_is_invisible_until_one_comes()
    {
        var tape = new Tape().Update("B1@0", """{"a":1}""");
        Assert.Equal("nothing", tape.Read());
        Assert.Equal("nothing", tape.Read(Rules.CausalUpdateWins));

        Assert.Equal("""{"a":1,"b":2}""", tape.Insert("A1@0", """{"a":0,"b":2}""").Read());   // B's stamp is the later one
    }

    [Fact]
    public void A_delete_hides_the_object_until_a_later_insert()
    {
        var tape = new Tape().Insert("A1@0", """{"a":1}""").Delete("A2@1");
        Assert.Equal("nothing", tape.Read());
        Assert.Equal("nothing", tape.Insert("B1@0").Read());              // made before the delete was: its stamp is earlier
        Assert.Equal("{}", tape.Insert("B2@2").Read());
    }

    [Fact]
    public void Null_is_a_value() =>
        Assert.Equal("""{"a":null}""", new Tape().Insert("A1@0", """{"a":1}""").Update("A2@1", """{"a":null}""").Read());

    [Fact]
    public void An_object_that_looks_like_a_delta_is_set_literally() =>
        Assert.Equal("""{"a":{"$inc":1}}""", new Tape().Insert("A1@0").Update("A2@1", """{"a":{"$set":{"$inc":1}}}""").Read());

    [Fact]
    public void The_later_stamp_wins_in_causal_order_and_the_later_arrival_in_total()
    {
        var tape = new Tape().Insert("A1@0").Update("Z1@1", """{"a":"z"}""").Update("B1@1", """{"a":"b"}""");
        Assert.Equal("""{"a":"z"}""", tape.Read(Rules.Causal));
        Assert.Equal("""{"a":"b"}""", tape.Read(Rules.Total));
    }

    [Fact]
    public void Against_a_delete_an_update_wins_only_where_updates_win_and_only_if_it_is_later()
    {
        var later = new Tape().Insert("A1@0", """{"a":0}""").Delete("B1@1").Update("C1@1", """{"a":1}""");
        Assert.Equal("nothing", later.Read(Rules.Causal));
        Assert.Equal("""{"a":1}""", later.Read(Rules.CausalUpdateWins));

        var earlier = new Tape().Insert("A1@0", """{"a":0}""").Delete("C1@1").Update("B1@1", """{"a":1}""");
        Assert.Equal("nothing", earlier.Read(Rules.CausalUpdateWins));
        Assert.Equal("""{"a":1}""", earlier.Read(Rules.TotalUpdateWins));
    }

    [Fact]
    public void Per_element_the_latest_add_or_remove_wins()
    {
        var tape = new Tape().Insert("A1@0", """{"t":["x","y"]}""").Update("C1@1", """{"t":{"$remove":["x"]}}""").Update("B1@1", """{"t":{"$add":["x","z"],"$remove":["y"]}}""");
        Assert.Equal("""{"t":["z"]}""", tape.Read(Rules.Causal));
        Assert.Equal("""{"t":["x","z"]}""", tape.Read(Rules.Total));
    }

    [Fact]
    public void A_set_reads_sorted_by_canonical_bytes_once_an_element_change_counts()
    {
        var asWritten = new Tape().Insert("A1@0", """{"t":["b","a","b",10,9,null,true,"ä"]}""");
        Assert.Equal("""{"t":["b","a","b",10,9,null,true,"ä"]}""", asWritten.Read());
        Assert.Equal("""{"t":["a","b","ä",10,9,null,true]}""", asWritten.Update("A2@1", """{"t":{"$remove":["c"]}}""").Read());
    }

    [Fact]
    public void Equal_elements_are_those_with_equal_canonical_bytes() =>
        Assert.Equal("""{"t":["A",1]}""", new Tape().Insert("A1@0", """{"t":[1.0,"\u0041"]}""").Update("A2@1", """{"t":{"$add":[1,"A"]}}""").Read());

    [Fact]
    public void Concurrent_increments_all_count() =>
        Assert.Equal("""{"n":115}""", new Tape().Insert("A1@0", """{"n":100}""").Update("C1@1", """{"n":{"$inc":10}}""").Update("B1@1", """{"n":{"$inc":5}}""").Read());

    [Fact]
    public void A_set_that_wins_replaces_the_increments_whose_author_had_not_seen_it()
    {
        var tape = new Tape().Insert("A1@0", """{"n":0}""").Update("B1@1", """{"n":{"$inc":5}}""").Update("C1@1", """{"n":100}""").Update("D1@1", """{"n":{"$inc":7}}""");
        Assert.Equal("""{"n":100}""", tape.Read(Rules.Causal));
        Assert.Equal("""{"n":101}""", tape.Update("D2@3", """{"n":{"$inc":1}}""").Read(Rules.Causal));
        Assert.Equal("""{"n":108}""", tape.Read(Rules.Total));   // adds to what stands there when it arrives
    }

    [Fact]
    public void An_absent_counter_begins_at_zero() =>
        Assert.Equal("""{"n":-2}""", new Tape().Insert("A1@0").Update("A2@1", """{"n":{"$inc":-2}}""").Read());

    [Fact]
    public void Sums_are_exact_and_read_as_the_nearest_double_beyond_2_53()
    {
        var tape = new Tape().Insert("A1@0", """{"n":9007199254740991}""");
        for (var i = 2; i <= 4; i++) tape.Update($"A{i}@1", """{"n":{"$inc":9007199254740991}}""");
        Assert.Equal("""{"n":36028797018963964}""", tape.Read());
        Assert.Equal("""{"n":36028797018963970}""", tape.Update("A5@1", """{"n":{"$inc":4}}""").Read());   // …968, in its shortest digits
        for (var i = 6; i <= 8; i++) tape.Update($"A{i}@1", """{"n":{"$inc":-9007199254740991}}""");
        Assert.Equal("""{"n":9007199254740991}""", tape.Update("A9@1", """{"n":{"$inc":-4}}""").Read());
    }

    [Fact]
    public void In_an_insert_an_increment_counts_from_zero_and_elements_are_added_to_the_empty_set() =>
        Assert.Equal(
            """{"n":3,"s":[],"t":["a","b"]}""",
            new Tape().Insert("A1@0", """{"n":7}""").Insert("A2@1", """{"n":{"$inc":3},"t":{"$add":["b","a"],"$remove":["c"]},"s":{"$remove":["c"]}}""").Read());

    [Theory]
    [InlineData("\"x\"", """{"$inc":1}""")]
    [InlineData("null", """{"$inc":1}""")]
    [InlineData("0.5", """{"$inc":1}""")]
    [InlineData("9007199254740992", """{"$inc":1}""")]
    [InlineData("[\"x\"]", """{"$inc":1}""")]
    [InlineData("1", """{"$add":["x"]}""")]
    [InlineData("null", """{"$add":["x"]}""")]
    public void An_edit_of_another_kind_than_the_base_is_void(string start, string edit) =>
        Assert.Equal($$"""{"m":{{start}}}""", new Tape().Insert("A1@0", $$"""{"m":{{start}}}""").Update("A2@1", $$"""{"m":{{edit}}}""").Read());

    [Fact]
    public void Elements_are_void_on_a_number_until_an_array_turns_out_to_be_the_base()
    {
        var tape = new Tape().Insert("A1@0", """{"m":1}""").Update("C1@1", """{"m":{"$add":["x"]}}""");
        Assert.Equal("""{"m":1}""", tape.Read());
        Assert.Equal("""{"m":["x","y"]}""", tape.Update("B1@1", """{"m":["y"]}""").Read());
    }

    [Fact]
    public void A_field_that_holds_both_kinds_and_no_base_reads_as_a_set() =>
        Assert.Equal("""{"m":["x"]}""", new Tape().Insert("A1@0").Update("B1@1", """{"m":{"$inc":1}}""").Update("C1@1", """{"m":{"$add":["x"]}}""").Read());

    [Fact]
    public void A_field_that_keeps_all_shows_the_writes_that_no_other_had_seen_in_stamp_order()
    {
        var tape = new Tape().Insert("A1@0", """{"k":0}""").Update("C1@1", """{"k":"c"}""").Update("B1@1", """{"k":"b"}""");
        Assert.Equal("""{"k":{"$siblings":["b","c"]}}""", tape.Read(Rules.Causal));
        Assert.Equal("""{"k":{"$siblings":["b","c"]}}""", tape.Read(Rules.Total));
        Assert.Equal("""{"k":{"$siblings":["b2","c"]}}""", tape.Update("B2@1", """{"k":"b2"}""").Read());
        Assert.Equal("""{"k":"all"}""", tape.Update("A2@4", """{"k":"all"}""").Read());
    }

    [Fact]
    public void An_insert_or_a_delete_that_wins_writes_nothing_to_the_siblings_it_has_seen()
    {
        var tape = new Tape().Insert("A1@0", """{"k":"a"}""").Update("B1@1", """{"k":"b"}""").Delete("A2@1").Insert("C1@3");
        Assert.Equal("{}", tape.Read());                                       // C had seen b; A, who had not, deleted a
        var unseen = new Tape().Insert("A1@0", """{"k":"a"}""").Update("B1@1", """{"k":"b"}""").Delete("A2@1").Insert("A3@1");
        Assert.Equal("""{"k":"b"}""", unseen.Read());
    }

    [Fact]
    public void A_blind_write_replaces_no_sibling_but_its_authors_own()
    {
        var tape = new Tape().Insert("A1@0", """{"k":"a"}""").Update("P1@1", """{"k":"p"}""", blind: true).Update("P2@1", """{"k":"p2"}""", blind: true);
        Assert.Equal("""{"k":{"$siblings":["a","p2"]}}""", tape.Read());
    }

    [Fact]
    public void A_blind_increment_counts_on_its_authors_own_base_only()
    {
        var tape = new Tape().Insert("A1@0", """{"n":5}""").Update("P1@1", """{"n":{"$inc":1}}""", blind: true);
        Assert.Equal("""{"n":5}""", tape.Read());
        Assert.Equal("""{"n":41}""", tape.Update("P2@1", """{"n":40}""", blind: true).Update("P3@1", """{"n":{"$inc":1}}""", blind: true).Read());
    }

    [Fact]
    public void A_record_tells_which_event_wrote_a_field()
    {
        var tape = new Tape().Insert("A1@0", """{"a":0,"n":1,"k":"a"}""").Update("C1@1", """{"a":1,"t":{"$add":["x"]}}""")
            .Update("B1@1", """{"a":2,"m":{"$inc":1},"k":"b","t":{"$add":["y"]}}""").Update("B2@1", """{"n":{"$inc":1}}""");
        Assert.True(tape.Play().TryFind(Tape.Key("x"), out var record));

        Assert.Equal(2, SeqOf("a"));
        Assert.Equal(2, SeqOf("t"));
        Assert.Equal(3, SeqOf("k"));
        Assert.Equal(1, SeqOf("n"));   // increments are remembered as a sum only: the base's writer
        Assert.Equal(1, SeqOf("m"));   // … or the insert, which left the field absent
        Assert.Null(SeqOf("never"));
        Assert.Equal(new Stamp(Seq.First, ClientId.Parse("C"), 1), record.WriterOf(FieldName.Parse("a"))!.Stamp);
        Assert.Equal(["\"b\""], record.SiblingsOf(FieldName.Parse("k")).Select(sibling => sibling.Value.ToString()));
        Assert.Empty(record.SiblingsOf(FieldName.Parse("a")));

        long? SeqOf(string field) => record.WriterOf(FieldName.Parse(field))?.Seq.Value;
    }

    [Theory]
    [InlineData("k", "1", true)]
    [InlineData("k", """{"$set":{"$x":1}}""", true)]
    [InlineData("k", """{"$inc":1}""", false)]
    [InlineData("k", """{"$add":[1]}""", false)]
    [InlineData("a", """{"$inc":1}""", true)]
    public void A_field_that_keeps_all_allows_plain_values_only(string field, string delta, bool isAllowed)
    {
        Assert.True(Delta.TryParse(CanonicalJson.Parse(delta), out var parsed, out _));
        Assert.Equal(isAllowed, Rules.Causal.Of(Tape.Key("x").Collection).Allows(new FieldChange(FieldName.Parse(field), parsed)));
    }
}

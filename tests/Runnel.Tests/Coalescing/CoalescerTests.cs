using Runnel.Coalescing;
using Runnel.Records;
using Runnel.Tests.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>The rules of coalescing, and the smallest histories that break simpler ones.</summary>
public class CoalescerTests
{
    private static Tape Known => new Tape().Insert("A1@0", """{"a":0,"b":0,"k":0,"n":0,"t":["x"]}""");

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"b":2}""", """{"a":1,"b":2}""")]
    [InlineData("""{"n":5}""", """{"n":{"$inc":2}}""", """{"n":7}""")]
    [InlineData("""{"n":"x"}""", """{"n":{"$inc":2}}""", """{"n":"x"}""")]
    [InlineData("""{"n":{"$inc":1}}""", """{"n":{"$inc":2}}""", """{"n":{"$inc":3}}""")]
    [InlineData("""{"n":{"$inc":1}}""", """{"n":{"$inc":-1}}""", """{"n":{"$inc":0}}""")]
    [InlineData("""{"n":{"$inc":1}}""", """{"n":5}""", """{"n":5}""")]
    [InlineData("""{"t":{"$add":["y"]}}""", """{"t":{"$add":["z"],"$remove":["y"]}}""", """{"t":{"$add":["z"],"$remove":["y"]}}""")]
    [InlineData("""{"t":{"$remove":["y"]}}""", """{"t":{"$add":["y"]}}""", """{"t":{"$add":["y"]}}""")]
    [InlineData("""{"t":["y","w","y"]}""", """{"t":{"$add":["z"],"$remove":["y"]}}""", """{"t":["w","z"]}""")]
    [InlineData("""{"t":5}""", """{"t":{"$add":["z"]}}""", """{"t":5}""")]
    [InlineData("""{"t":{"$add":["z"]}}""", """{"t":["y"]}""", """{"t":["y"]}""")]
    public void Update_and_update_make_one_update(string first, string second, string merged)
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update(first);

        Assert.IsType<Coalesced.Replace>(outbox.Update(second));
        Assert.Equal([$"update {merged}"], outbox.Pending);
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2,"b":3}""", """{"a":2,"b":3}""")]
    [InlineData("""{"n":1}""", """{"n":{"$inc":2}}""", """{"n":3}""")]
    [InlineData("""{"n":{"$inc":1}}""", """{"n":{"$inc":2}}""", """{"n":3}""")]
    [InlineData("""{"t":{"$add":["y","x"]}}""", """{"t":{"$add":["z"],"$remove":["x"]}}""", """{"t":["y","z"]}""")]
    public void Insert_and_update_make_one_insert(string first, string second, string merged)
    {
        var outbox = new Outbox();
        outbox.Insert(first);

        Assert.IsType<Coalesced.Replace>(outbox.Update(second));
        Assert.Equal([$"insert {merged}"], outbox.Pending);
    }

    [Theory]
    [InlineData("""{"n":{"$inc":1}}""", """{"n":{"$add":["x"]}}""")]                            // which counts, the base decides
    [InlineData("""{"n":{"$inc":9007199254740991}}""", """{"n":{"$inc":1}}""")]                  // no increment is that large
    [InlineData("""{"n":9007199254740991}""", """{"n":{"$inc":1}}""")]                           // no double holds the value exactly
    public void What_no_delta_can_say_stays_two_events(string first, string second)
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update(first);

        Assert.IsType<Coalesced.Append>(outbox.Update(second));
        Assert.Equal([$"update {first}", $"update {second}"], outbox.Pending);
    }

    [Fact]
    public void A_delta_on_a_field_that_the_insert_left_absent_stays_an_event_of_its_own()
    {
        // As a plain value it would be a base, on which concurrent edits of the other kind are void; on an absent field both kinds count.
        var outbox = new Outbox();
        outbox.Insert();
        outbox.Update("""{"n":{"$inc":1}}""");

        Assert.Equal(["insert {}", """update {"n":{"$inc":1}}"""], outbox.Pending);
    }

    [Fact]
    public void Delete_and_insert_make_one_insert()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Delete();
        outbox.Insert("""{"a":1}""");

        Assert.Equal(["""insert {"a":1}"""], outbox.Pending);
    }

    [Fact]
    public void Where_deletes_win_anything_and_a_delete_make_one_delete()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1}""");
        outbox.Delete();
        outbox.Delete();

        Assert.Equal(["delete"], outbox.Pending);
    }

    [Fact]
    public void Where_updates_win_a_delete_merges_with_nothing_before_it()
    {
        // Merged, the update could not outlive the delete against a concurrent write.
        var outbox = new Outbox(Rules.CausalUpdateWins, Known);
        outbox.Update("""{"a":1}""");
        outbox.Delete();
        outbox.Delete();

        Assert.Equal(["""update {"a":1}""", "delete", "delete"], outbox.Pending);
    }

    [Fact]
    public void An_insert_of_a_known_object_and_its_delete_are_sent_as_a_delete()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Insert();
        outbox.Delete();

        Assert.Equal(["delete"], outbox.Pending);
    }

    [Fact]
    public void An_insert_and_delete_of_a_deleted_object_are_sent_as_a_delete()
    {
        var outbox = new Outbox(confirmed: Known.Delete("A2@1"));
        outbox.Insert();
        outbox.Delete();

        Assert.Equal(["delete"], outbox.Pending);
    }

    [Fact]
    public void Nothing_is_sent_of_an_object_that_nobody_else_ever_knew()
    {
        foreach (var settings in (StreamSettings[])[Rules.Causal, Rules.CausalUpdateWins, Rules.Total, Rules.TotalUpdateWins])
        {
            var outbox = new Outbox(settings);
            outbox.Insert();
            outbox.Update("""{"a":1}""");

            Assert.IsType<Coalesced.Withdraw>(outbox.Delete());
            Assert.Empty(outbox.Pending);
        }
    }

    [Fact]
    public void An_object_whose_insert_may_have_been_sent_is_known()
    {
        var outbox = new Outbox();
        outbox.Insert("""{"a":1}""");
        outbox.Freeze();
        outbox.Insert();
        outbox.Delete();

        Assert.Equal(["""insert {"a":1}""", "delete"], outbox.Pending);
    }

    [Fact]
    public void A_field_set_back_to_what_lies_beneath_is_not_sent()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1,"b":1}""");
        outbox.Update("""{"a":0}""");
        Assert.Equal(["""update {"b":1}"""], outbox.Pending);

        Assert.IsType<Coalesced.Withdraw>(outbox.Update("""{"b":0}"""));
        Assert.Empty(outbox.Pending);
        Assert.IsType<Coalesced.Nothing>(outbox.Update("""{"a":0,"k":0,"t":["x"]}"""));
        Assert.Empty(outbox.Pending);
    }

    [Fact]
    public void Beneath_lies_what_is_in_flight_and_not_what_is_confirmed()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1}""");
        outbox.Freeze();
        outbox.Update("""{"a":0}""");   // equals the confirmed value; dropped, the edit would be lost

        Assert.Equal(["""update {"a":1}""", """update {"a":0}"""], outbox.Pending);
        Assert.IsType<Coalesced.Withdraw>(outbox.Update("""{"a":1}"""));
        Assert.Equal(["""update {"a":1}"""], outbox.Pending);
    }

    [Fact]
    public void A_value_on_an_object_that_does_not_exist_is_always_sent()
    {
        var deleted = new Outbox(Rules.CausalUpdateWins, Known.Delete("A2@1"));
        deleted.Update("""{"a":0}""");
        Assert.Equal(["""update {"a":0}"""], deleted.Pending);   // it brings the object back

        var unknown = new Outbox();
        unknown.Update("""{"a":null}""");
        Assert.Equal(["""update {"a":null}"""], unknown.Pending);
    }

    [Fact]
    public void Null_on_an_absent_field_is_sent()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"never":null}""");

        Assert.Equal(["""update {"never":null}"""], outbox.Pending);
    }

    [Fact]
    public void A_write_that_settles_siblings_is_sent_also_if_it_repeats_one()
    {
        var outbox = new Outbox(confirmed: Known.Update("B1@1", """{"k":1}""").Update("C1@1", """{"k":1}"""));
        outbox.Update("""{"k":1}""");
        outbox.Update("""{"k":{"$set":{"$siblings":[1,1]}}}""");

        Assert.Equal(["""update {"k":{"$set":{"$siblings":[1,1]}}}"""], outbox.Pending);
    }

    [Fact]
    public void A_blind_author_sends_everything()
    {
        var outbox = new Outbox();
        outbox.Insert("""{"a":1}""", blind: true);
        outbox.Delete(blind: true);
        Assert.Equal(["delete"], outbox.Pending);

        var known = new Outbox(confirmed: Known);
        known.Update("""{"a":0}""", blind: true);
        Assert.Equal(["""update {"a":0}"""], known.Pending);
    }

    [Fact]
    public void Blind_and_seeing_edits_do_not_merge()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1}""", blind: true);
        outbox.Update("""{"a":2}""");

        Assert.Equal(["""update {"a":1}""", """update {"a":2}"""], outbox.Pending);
    }

    [Fact]
    public void Frozen_events_take_nothing_on()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1}""");
        outbox.Freeze();

        Assert.IsType<Coalesced.Append>(outbox.Update("""{"b":1}"""));
    }

    [Fact]
    public void Edits_made_on_the_sight_of_something_new_do_not_merge_into_older_ones()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Update("""{"a":1}""");
        outbox.Arrive(Tape.Event(2, "Z1@0", EventOp.Insert, """{"a":8}"""));
        outbox.Update("""{"a":2}""");

        Assert.Equal(["""update {"a":1}""", """update {"a":2}"""], outbox.Pending);
    }

    [Theory]
    [InlineData(1L, 2L, 2)]
    [InlineData(1L, null, 2)]
    [InlineData(null, 1L, 2)]
    [InlineData(1L, 1L, 1)]
    public void Batch_borders_freeze_too(long? first, long? second, int count)
    {
        var outbox = new Outbox(confirmed: Known) { Batch = first };
        outbox.Update("""{"a":1}""");
        outbox.Batch = second;
        outbox.Update("""{"b":1}""");

        Assert.Equal(count, outbox.Pending.Count());
    }

    [Fact]
    public void The_merged_event_keeps_the_place_of_the_first()
    {
        var outbox = new Outbox(confirmed: Known);
        var first = Assert.IsType<Coalesced.Append>(outbox.Update("""{"a":1}""")).Event;

        Assert.Equal(first.ClientSeq, Assert.IsType<Coalesced.Replace>(outbox.Update("""{"b":1}""")).Event.ClientSeq);
        Assert.Equal(first.ClientSeq, Assert.IsType<Coalesced.Replace>(outbox.Delete()).Event.ClientSeq);
    }

    [Fact]
    public void Other_edits_stay_two_events()
    {
        var outbox = new Outbox(confirmed: Known);
        outbox.Delete();
        outbox.Update("""{"a":1}""");   // as an update alone it would show an object that was deleted
        outbox.Insert();

        Assert.Equal(["delete", """update {"a":1}""", "insert {}"], outbox.Pending);
    }
}

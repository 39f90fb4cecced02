using System.Text;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>The smallest histories that break a record kept in a simpler way; each was found by an executable model.</summary>
public class RecordCounterexampleTests
{
    [Fact]
    public void A_base_that_arrives_late_takes_no_increment_of_an_author_who_had_not_seen_it()
    {
        // Sorted by stamp, the increment follows the insert; but a folded sum cannot tell which of its parts would.
        var tape = new Tape();
        for (var seq = 1; seq <= 6; seq++) tape.Insert($"X{seq}@0", id: "other");
        tape.Update("A1@1", """{"n":{"$inc":1}}""").Insert("C1@0", """{"n":0}""");

        Assert.Equal("""{"n":0}""", tape.Read());
    }

    [Fact]
    public void Increments_need_seq_order()
    {
        StreamEvent[] inOrder = [.. new Tape().Insert("A1@0", """{"n":5}""").Update("A2@0", """{"n":{"$inc":1}}""").Events];

        Assert.Equal("task/x {\"n\":6}\n", inOrder.Merge(Rules.Causal).Show());
        Assert.Equal("task/x {\"n\":5}\n", inOrder.Reverse().Merge(Rules.Causal).Show());
    }

    [Fact]
    public void Siblings_need_seq_order()
    {
        StreamEvent[] inOrder = [.. new Tape().Update("A1@0", """{"k":6}""").Insert("A2@0", """{"b":1}""").Events];

        Assert.Equal("task/x {\"b\":1}\n", inOrder.Merge(Rules.Causal).Show());
        Assert.Equal("task/x {\"b\":1,\"k\":6}\n", inOrder.Reverse().Merge(Rules.Causal).Show());
    }

    [Fact]
    public void An_update_before_any_insert_stays_invisible_also_where_updates_win() =>
        Assert.Equal("nothing", new Tape().Delete("A1@0").Update("B1@1", """{"a":1}""").Read(Rules.CausalUpdateWins));

    [Fact]
    public void A_write_older_than_the_insert_stays_absent_when_it_arrives_late() =>
        Assert.Equal("{}", new Tape().Insert("B1@0").Update("A1@0", """{"a":1}""").Read());

    [Fact]
    public void A_late_element_under_a_newer_base_is_not_added() =>
        Assert.Equal("""{"t":[]}""", new Tape().Insert("A1@0", """{"t":["x"]}""").Update("C1@1", """{"t":[]}""").Update("B1@1", """{"t":{"$add":["y"]}}""").Read());

    [Fact]
    public void A_late_delete_does_not_take_the_place_of_a_newer_one() =>
        Assert.Equal("nothing", new Tape().Insert("A1@0").Delete("C1@1").Delete("B1@0").Insert("B2@0").Read());

    [Fact]
    public void An_event_that_a_snapshot_holds_already_would_count_twice()
    {
        var tape = new Tape().Insert("A1@0", """{"n":0}""").Update("A2@1", """{"n":{"$inc":1}}""");
        var snapshot = RecordSet.ReadMergeState(Rules.Causal, Encoding.UTF8.GetBytes(tape.Play().MergeState()));

        Assert.Throws<ArgumentException>(() => snapshot.Apply(tape.Events[1]));
        Assert.Equal("task/x {\"n\":1}\n", snapshot.Show());
    }

    [Fact]
    public void A_snapshot_without_never_inserted_objects_would_forget_their_updates() =>
        Assert.Equal("""{"a":9}""", ReadThroughSnapshotAt(1, new Tape().Update("B1@0", """{"a":9}""").Insert("A1@0", """{"a":3}""")));

    [Fact]
    public void A_snapshot_without_seqs_would_drop_increments_whose_author_had_seen_the_base() =>
        Assert.Equal("""{"n":-3}""", ReadThroughSnapshotAt(2, new Tape().Insert("X1@0", id: "other").Insert("B1@0", """{"n":0}""").Update("C1@2", """{"n":{"$inc":-3}}""")));

    [Fact]
    public void A_snapshot_with_one_stamp_for_the_whole_record_would_refuse_a_write_that_wins() =>
        Assert.Equal("""{"a":2,"b":1}""", ReadThroughSnapshotAt(2, new Tape().Insert("A1@0", """{"a":0,"b":0}""").Update("C1@1", """{"b":1}""").Update("B1@1", """{"a":2}""")));

    [Fact]
    public void A_snapshot_without_removed_elements_would_let_an_earlier_addition_bring_one_back() =>
        Assert.Equal("""{"t":[]}""", ReadThroughSnapshotAt(2, new Tape().Insert("A1@0", """{"t":["x"]}""").Update("C1@1", """{"t":{"$remove":["x"]}}""").Update("B1@1", """{"t":{"$add":["x"]}}""")));

    [Fact]
    public void A_snapshot_without_deleted_objects_would_let_an_earlier_insert_live() =>
        Assert.Equal("nothing", ReadThroughSnapshotAt(2, new Tape().Insert("B1@0").Delete("C1@0").Insert("A1@0")));

    [Fact]
    public void A_snapshot_without_the_latest_write_would_forget_what_survives_a_delete() =>
        Assert.Equal("""{"a":1}""", ReadThroughSnapshotAt(2, new Tape().Insert("A1@0").Update("C1@1", """{"a":1}""").Delete("B1@1"), Rules.CausalUpdateWins));

    [Fact]
    public void A_snapshot_of_a_deleted_object_without_its_fields_would_revive_it_empty() =>
        Assert.Equal("""{"a":1,"b":2}""", ReadThroughSnapshotAt(2, new Tape().Insert("A1@0", """{"a":1}""").Delete("B1@1").Update("C1@1", """{"b":2}"""), Rules.CausalUpdateWins));

    [Fact]
    public void A_write_outside_the_view_would_silently_remove_what_its_author_never_saw()
    {
        Assert.Equal("""{"k":99}""", new Tape().Insert("B1@0", """{"k":0}""").Update("P1@1", """{"k":99}""").Read());
        Assert.Equal("""{"k":{"$siblings":[0,99]}}""", new Tape().Insert("B1@0", """{"k":0}""").Update("P1@1", """{"k":99}""", blind: true).Read());
    }

    private static string ReadThroughSnapshotAt(int seq, Tape tape, StreamSettings? settings = null)
    {
        settings ??= Rules.Causal;
        var snapshot = Encoding.UTF8.GetBytes(tape.Events.Take(seq).Play(settings).MergeState());
        var records = RecordSet.ReadMergeState(settings, snapshot).Then(tape.Events.Skip(seq));
        return records.TryFind(Tape.Key("x"), out var record) && record.Visible is { } fields ? fields.ToString() : "nothing";
    }
}

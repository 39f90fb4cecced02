using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>Which writes are listed as lost, by what rule.</summary>
public class OverwriteTests
{
    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Only_what_neither_author_had_seen_of_the_other_is_listed(string rules) => EachStep(rules, "abkntm", (history, next, before, after, overwrites) =>
    {
        foreach (var overwrite in overwrites)
        {
            var (loser, winner) = (history.Log[(int)overwrite.Loser.Seq.Value - 1], history.Log[(int)overwrite.Winner.Seq.Value - 1]);
            Assert.NotEqual(loser, winner);
            Assert.Contains(next, new[] { loser, winner });
            Assert.False(Oracle.HadSeen(loser, winner) || Oracle.HadSeen(winner, loser));
            Assert.Equal(loser.Stamp, overwrite.Loser.Stamp);
            Assert.Equal(loser.Event.Op == EventOp.Delete, overwrite.Field is null);
            Assert.Equal(overwrite.Field is null, overwrite.Lost is null);
            Assert.Equal(winner.Event.Op switch { EventOp.Insert => OverwriteRule.LaterInsert, EventOp.Update => OverwriteRule.LaterWrite, _ => OverwriteRule.Delete }, overwrite.Rule);
        }
    });

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Each_value_that_vanishes_unseen_is_listed(string rules) => EachStep(rules, "abk", (history, next, before, after, overwrites) =>
    {
        if (!before.Exists) return;
        foreach (var name in "abk".Select(name => FieldName.Parse($"{name}")))
        {
            if (!before.TryRead(name, out var value) || (after.TryRead(name, out var now) && (name.Value == "k" || now == value))) continue;
            var writer = before.WriterOf(name)!;
            if (Oracle.HadSeen(next, history.Log[(int)writer.Seq.Value - 1])) continue;
            Assert.Contains(overwrites, overwrite => overwrite.Field == name && overwrite.Loser == writer && overwrite.Winner.Seq == next.Seq);
        }
    });

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Each_value_that_arrives_in_vain_is_listed(string rules) => EachStep(rules, "abk", (history, next, before, after, overwrites) =>
    {
        if (after.LatestInsert is null) return;
        foreach (var (name, delta) in next.Event.Fields.Changes)
        {
            if (after.TryRead(name, out var value) && (name.Value == "k" || Delta.Set(value).Equals(delta))) continue;
            if (!after.Exists && Oracle.HadSeen(next, history.Log[(int)after.LatestDelete!.Seq.Value - 1])) continue;
            Assert.Contains(overwrites, overwrite => overwrite.Field == name && overwrite.Loser.Seq == next.Seq && delta.Equals(overwrite.Lost));
        }
    });

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Each_delete_that_something_unseen_revokes_is_listed(string rules) => EachStep(rules, "abk", (history, next, before, after, overwrites) =>
    {
        var isInVain = next.Event.Op == EventOp.Delete && after.Exists;
        var isRevoked = !before.Exists && after.Exists && before.LatestDelete is { } delete && !Oracle.HadSeen(next, history.Log[(int)delete.Seq.Value - 1]);
        Assert.Equal(isInVain || isRevoked, overwrites.Any(overwrite => overwrite.Field is null));
    });

    [Fact]
    public void The_loser_of_a_field_is_listed_whichever_arrives_first()
    {
        Assert.Equal(["a: 1 of #2 lost to #3, LaterWrite"], OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"a":1}""").Update("C1@1", """{"a":2}""")));
        Assert.Equal(["a: 1 of #3 lost to #2, LaterWrite"], OverwritesOfLast(new Tape().Insert("A1@0").Update("C1@1", """{"a":2}""").Update("B1@1", """{"a":1}""")));
    }

    [Fact]
    public void Who_writes_the_same_loses_nothing() =>
        Assert.Empty(OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"a":1,"t":{"$add":["x"]}}""").Update("C1@1", """{"a":1,"t":{"$add":["x"]}}""")));

    [Fact]
    public void Siblings_are_kept_and_not_listed() =>
        Assert.Empty(OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"k":1}""").Update("C1@1", """{"k":2}""")));

    [Fact]
    public void An_element_added_and_removed_at_once_is_listed() =>
        Assert.Equal(
            ["""t: {"$add":["x"]} of #3 lost to #2, LaterWrite"""],
            OverwritesOfLast(new Tape().Insert("A1@0").Update("C1@1", """{"t":{"$remove":["x"]}}""").Update("B1@1", """{"t":{"$add":["x","y"]}}""")));

    [Fact]
    public void Elements_under_another_base_are_listed() =>
        Assert.Equal(
            ["""t: {"$add":["x"]} of #2 lost to #3, LaterWrite"""],
            OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"t":{"$add":["x"]}}""").Update("C1@1", """{"t":[]}""")));

    [Fact]
    public void An_increment_on_a_base_that_its_author_had_not_seen_is_listed() =>
        Assert.Equal(
            ["""n: {"$inc":1} of #3 lost to #2, LaterWrite"""],
            OverwritesOfLast(new Tape().Insert("A1@0").Update("C1@1", """{"n":0}""").Update("D1@1", """{"n":{"$inc":1}}""")));

    [Fact]
    public void A_delete_takes_what_others_wrote_meanwhile() =>
        Assert.Equal(
            ["a: 1 of #2 lost to #3, Delete"],
            OverwritesOfLast(new Tape().Insert("A1@0", """{"a":0,"b":0}""").Update("B1@1", """{"a":1}""").Delete("A2@1")));

    [Fact]
    public void A_write_to_what_another_deleted_meanwhile_is_listed() =>
        Assert.Equal(
            ["a: 1 of #3 lost to #2, Delete"],
            OverwritesOfLast(new Tape().Insert("A1@0", """{"a":0}""").Delete("A2@1").Update("B1@1", """{"a":1}""")));

    [Fact]
    public void Where_updates_win_the_delete_is_listed()
    {
        Assert.Equal(["the delete of #2 lost to #3, LaterWrite"], OverwritesOfLast(new Tape().Insert("A1@0").Delete("A2@1").Update("B1@1", """{"a":1}"""), Rules.CausalUpdateWins));
        Assert.Equal(["the delete of #3 lost to #2, LaterWrite"], OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"a":1}""").Delete("A2@1"), Rules.CausalUpdateWins));
    }

    [Fact]
    public void A_whole_insert_takes_what_others_wrote_meanwhile() =>
        Assert.Equal(
            ["a: 1 of #2 lost to #3, LaterInsert", "b: 2 of #2 lost to #3, LaterInsert"],
            OverwritesOfLast(new Tape().Insert("A1@0").Update("B1@1", """{"a":1,"b":2}""").Insert("C1@1", """{"a":0}""")));

    [Fact]
    public void A_blind_write_lists_what_it_beats() =>
        Assert.Equal(
            ["a: 0 of #1 lost to #2, LaterWrite"],
            OverwritesOfLast(new Tape().Insert("B1@0", """{"a":0}""").Update("P1@1", """{"a":99}""", blind: true)));

    private static List<string> OverwritesOfLast(Tape tape, StreamSettings? settings = null)
    {
        Assert.True(tape.Events.SkipLast(1).Play(settings ?? Rules.Causal).TryFind(Tape.Key("x"), out var before));
        return [.. before.OverwritesBy(tape.Events[^1]).Select(overwrite =>
            $"{(overwrite.Field is null ? "the delete" : $"{overwrite.Field}: {overwrite.Lost}")} of #{overwrite.Loser.Seq} lost to #{overwrite.Winner.Seq}, {overwrite.Rule}")];
    }

    private static void EachStep(string rules, string fields, Action<History, StreamEvent, Record, Record, IReadOnlyList<Overwrite>> check)
    {
        var settings = Rules.Named(rules);
        History.Of(fields).Sample(history =>
        {
            var records = new RecordSet(settings);
            foreach (var next in history.Log)
            {
                var before = records.TryFind(next.Event.Key, out var known) ? known.Copy() : new Record(settings, next.Event.Key.Collection);
                var overwrites = before.OverwritesBy(next);
                records.Apply(next);
                records.TryFind(next.Event.Key, out var after);
                check(history, next, before, after!, overwrites);
            }
        }, iter: Randomized.Runs(200));
    }
}

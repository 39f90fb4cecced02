using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>The merge against the slow, obvious method, over histories drawn at random.</summary>
public class MergeTests
{
    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Merging_event_by_event_equals_sorting_all_events_and_applying_them(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("abkntm").Sample(history =>
        {
            var middle = history.Log.Count / 2;
            var records = history.Log.Take(middle).Play(settings);
            Assert.Equal(Oracle.Show(history.Log.Take(middle), settings), records.Show());
            Assert.Equal(Oracle.Show(history.Log, settings), records.Then(history.Log.Skip(middle)).Show());
        }, iter: Randomized.Runs(1_000));
    }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Plain_values_and_elements_merge_in_any_order_and_under_repetition(string rules)
    {
        var settings = Rules.Named(rules);
        Gen.Select(History.Of("abt"), Gen.Int).Sample((history, seed) =>
        {
            var inOrder = history.Log.Merge(settings).ToList();
            StreamEvent[] anyhow = [.. history.Log, .. history.Log.Where(next => next.Seq.Value % 2 == 0)];
            new Random(seed).Shuffle(anyhow);
            var merged = anyhow.Merge(settings).ToList();

            Assert.Equal(Oracle.Show(history.Log, settings), merged.Show());
            Assert.Equal(inOrder.MergeState(), merged.MergeState());
        }, iter: Randomized.Runs(1_000));
    }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Plain_values_and_elements_merge_in_every_order(string rules)
    {
        var settings = Rules.Named(rules);
        History.Of("at", steps: 12).Where(history => history.Log.Count is > 1 and <= 5).Sample(history =>
        {
            var inOrder = history.Log.Merge(settings).ToList().MergeState();
            foreach (var permuted in Permutations([.. history.Log])) Assert.Equal(inOrder, permuted.Merge(settings).ToList().MergeState());
        }, iter: Randomized.Runs(200));
    }

    [Fact]
    public void A_set_of_records_takes_events_in_seq_order_only()
    {
        var tape = new Tape().Insert("A1@0").Delete("A2@1");
        var records = new RecordSet(Rules.Causal);

        Assert.Throws<ArgumentException>(() => records.Apply(tape.Events[1]));
        records.Apply(tape.Events[0]);
        Assert.Throws<ArgumentException>(() => records.Apply(tape.Events[0]));
        Assert.Equal(Seq.First, records.Head);
    }

    private static IEnumerable<StreamEvent[]> Permutations(StreamEvent[] events)
    {
        if (events.Length == 0) return [[]];
        return from i in Enumerable.Range(0, events.Length)
               from rest in Permutations([.. events[..i], .. events[(i + 1)..]])
               select (StreamEvent[])[events[i], .. rest];
    }
}

using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>Replicas that hold the same events have the same merge state, byte for byte. A case is a history and four replicas that hear of it in four ways.</summary>
public sealed class ConvergenceTests(ITestOutputHelper output)
{
    private const int FewestCases = 5_000;

    private static readonly StreamSettings[] Settings = [Rules.Causal, Rules.CausalUpdateWins, Rules.Total, Rules.TotalUpdateWins];

    [Fact]
    public void Replicas_agree_however_the_events_arrived_on_the_wire()
    {
        var (cases, events) = (0, 0);
        var happened = new ConcurrentDictionary<string, int>();
        foreach (var settings in Settings)
        {
            Gen.Select(History.Of("abkntmp"), Gen.Int).Sample((history, seed) =>
            {
                var random = new Random(seed);
                var inOrder = history.Log.Play(settings);
                foreach (var longestFrame in new[] { 1, 4, 30 })
                {
                    var replica = Hear(history.Log, settings, random, longestFrame);
                    Assert.Equal(inOrder.MergeState(), replica.MergeState());
                    Assert.Equal(inOrder.MergeHash(), replica.MergeHash());
                }
                Assert.Equal(Oracle.Show(history.Log, settings), inOrder.Show());

                Interlocked.Increment(ref cases);
                Interlocked.Add(ref events, history.Log.Count);
                foreach (var what in HappeningsOf(history.Log)) happened.AddOrUpdate(what, 1, (_, count) => count + 1);
            }, iter: Randomized.Runs(FewestCases / Settings.Length));
        }

        output.WriteLine($"{cases} cases of {Settings.Length} settings with {events} events; histories with {string.Join(", ", happened.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"))}.");
        Assert.True(cases >= FewestCases, $"There were {cases} cases.");
        Assert.Equal(Happenings.Length, happened.Count);
        Assert.All(happened, pair => Assert.True(pair.Value >= cases / 10, $"There were only {pair.Value} histories with {pair.Key}."));
    }

    /// <summary>A replica that hears the events in frames that overlap, come again and come in any order, and that is written down and read again now and then.</summary>
    private static RecordSet Hear(IReadOnlyList<StreamEvent> log, StreamSettings settings, Random random, int longestFrame)
    {
        var frames = new List<StreamEvent[]>();
        for (var next = 0; next < log.Count;)
        {
            var (from, to) = (Math.Max(0, next - random.Next(3)), Math.Min(log.Count, next + random.Next(longestFrame) + 1));
            frames.Add([.. log.Skip(from).Take(to - from)]);
            next = to;
        }
        StreamEvent[][] arriving = [.. frames, .. frames.Where(_ => random.Next(3) == 0)];
        random.Shuffle(arriving);

        var replica = new RecordSet(settings);
        var held = new Dictionary<Seq, StreamEvent>();
        foreach (var frame in arriving)
        {
            foreach (var arrived in frame) held[arrived.Seq] = arrived;
            while (held.TryGetValue(replica.Head.Next, out var next)) replica.Apply(next);
            if (random.Next(8) == 0) replica = RecordSet.ReadMergeState(settings, Encoding.UTF8.GetBytes(replica.MergeState()));
        }
        return replica;
    }

    private static readonly (string What, Func<Event, Event, bool> IsIt)[] Happenings =
    [
        ("edits at the same time", (_, _) => true),
        ("a delete against an update", (left, right) => (left.Op, right.Op) is (EventOp.Delete, EventOp.Update) or (EventOp.Update, EventOp.Delete)),
        ("two inserts of one object", (left, right) => (left.Op, right.Op) is (EventOp.Insert, EventOp.Insert)),
        ("two values of a field that keeps all", (left, right) => Both(left, right, "k").Any(both => both is (Delta.SetValue, Delta.SetValue))),
        ("two increments of a counter", (left, right) => Both(left, right, "nm").Any(both => both is (Delta.Increment, Delta.Increment))),
        ("an element added here and removed there", (left, right) => Both(left, right, "tm").Any(both =>
            both is (Delta.ChangeElements one, Delta.ChangeElements other) && (one.Added.Intersect(other.Removed).Any() || other.Added.Intersect(one.Removed).Any()))),
        ("two moves of one object", (left, right) => Both(left, right, "p").Any()),
    ];

    // A pair of events of one object, of whose authors neither had seen the other's.
    private static IEnumerable<string> HappeningsOf(IReadOnlyList<StreamEvent> log)
    {
        var pairs = (from right in log
                     from left in log
                     where left.Seq < right.Seq && left.Event.Key == right.Event.Key && !Oracle.HadSeen(right, left)
                     select (left.Event, right.Event)).ToList();
        return Happenings.Where(happening => pairs.Exists(pair => happening.IsIt(pair.Item1, pair.Item2))).Select(happening => happening.What);
    }

    private static IEnumerable<(Delta Left, Delta Right)> Both(Event left, Event right, string names) =>
        from one in left.Fields.Changes
        from other in right.Fields.Changes
        where one.Name == other.Name && names.Contains(one.Name.Value, StringComparison.Ordinal)
        select (one.Delta, other.Delta);
}

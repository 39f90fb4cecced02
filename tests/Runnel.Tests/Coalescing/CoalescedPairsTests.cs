using System.Collections.Concurrent;
using Runnel.Coalescing;
using Runnel.Records;
using Runnel.Tests.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>
/// Every pair of edits from a list, over every kind of object beneath, with every event from a list that another published before
/// them, after them, or having seen them: the same is seen in the end, with coalescing and without.
/// </summary>
public class CoalescedPairsTests
{
    private static readonly string[] Edits =
    [
        """update {"a":1}""", """update {"a":0}""", """update {"b":2}""", """update {"k":1}""", """update {"n":1}""", """update {"n":{"$inc":2}}""",
        """update {"n":{"$inc":-2}}""", """update {"t":{"$add":["y"]}}""", """update {"t":{"$add":["z"],"$remove":["y"]}}""", """update {"t":["y"]}""",
        """update {"m":{"$inc":1}}""", """update {"m":{"$add":["x"]}}""", """update {"m":"text"}""", """update {"m":["x"]}""",
        "insert {}", """insert {"a":1,"k":2}""", """insert {"n":1,"m":1}""", """insert {"t":["x"],"m":["x"]}""", """insert {"n":{"$inc":1},"t":{"$add":["y"]}}""",
        "delete {}",
    ];

    private static readonly string[][] Beneaths =
    [
        [],
        ["""insert {"a":0,"b":9,"k":0,"n":0,"t":["x"]}"""],
        ["""insert {"a":0,"n":0}""", "delete {}"],
    ];

    private static readonly string[] Remotes =
    [
        """update {"a":7}""", """update {"b":3}""", """update {"k":5}""", """update {"n":{"$inc":5}}""", """update {"n":70}""", """update {"t":{"$add":["y"]}}""",
        """update {"t":{"$remove":["x"]}}""", """update {"m":{"$inc":4}}""", """update {"m":{"$add":["q"]}}""", """insert {"a":8,"m":[]}""", "delete {}",
    ];

    private static readonly ConcurrentDictionary<string, StreamEvent> Parsed = [];

    private enum Sight { Nothing, Beneath, All }

    [Theory, MemberData(nameof(Rules.Names), MemberType = typeof(Rules))]
    public void Coalescing_two_edits_is_invisible(string rules)
    {
        var settings = Rules.Named(rules);
        var shortened = 0;
        foreach (var beneath in Beneaths)
        {
            foreach (var (first, second) in from first in Edits from second in Edits select (first, second))
            {
                var pair = new Pair(settings, beneath, first, second);
                if (pair.Coalesced.SequenceEqual(pair.Made)) continue;
                shortened++;
                Check(settings, pair);
            }
        }
        Assert.True(shortened > 500, $"Of {Edits.Length * Edits.Length * Beneaths.Length} pairs, {shortened} became one event: too few to tell.");
    }

    private static void Check(StreamSettings settings, Pair pair)
    {
        Assert.Equal(pair.Show(settings, pair.Made, []), pair.Show(settings, pair.Coalesced, []));
        foreach (var remote in from edit in Remotes
                               from author in "AZ"
                               from sight in Enum.GetValues<Sight>()
                               from arrivesFirst in new[] { true, false }
                               where sight != Sight.All || !arrivesFirst
                               select new Remote(edit, author, sight, arrivesFirst))
        {
            var (want, got) = (pair.Show(settings, pair.Made, [remote]), pair.Show(settings, pair.Coalesced, [remote]));
            Assert.True(want == got, $"{pair} with {remote}: want {want}, got {got}");
        }
    }

    private static StreamEvent Event(long seq, char author, int clientSeq, int precedingSeq, string edit)
    {
        var parsed = Parsed.GetOrAdd(edit, text => Tape.Event(0, "A1@0", Enum.Parse<EventOp>(text[..text.IndexOf(' ')], ignoreCase: true), text[text.IndexOf(' ')..]));
        return new StreamEvent(new Seq(seq), ClientId.Parse($"{author}"), default, parsed.Event with { ClientSeq = clientSeq, PrecedingSeq = new Seq(precedingSeq) });
    }

    private readonly record struct Remote(string Edit, char Author, Sight Sight, bool ArrivesFirst);

    /// <summary>Two edits of one author, as they were made and as they were coalesced; what came to nothing is in neither.</summary>
    private sealed class Pair
    {
        private readonly string _text;
        private readonly StreamEvent[] _beneath;

        public Pair(StreamSettings settings, string[] beneath, string first, string second)
        {
            _text = $"{string.Join(", ", beneath)} | {first}, {second}";
            _beneath = [.. beneath.Select((edit, index) => Event(index + 1, 'B', index + 1, index, edit))];
            var known = _beneath.Play(settings).TryFind(Tape.Key("x"), out var record) ? record : null;
            StreamEvent[] made = [Event(0, 'M', 1, _beneath.Length, first), Event(0, 'M', 2, _beneath.Length, second)];
            var outbox = new TracedOutbox(settings);
            for (var i = 0; i < made.Length; i++) outbox.Add(i, known, new PendingEvent(made[i]));
            Coalesced = [.. outbox.Pending];
            Made = [.. made.Select((edit, index) => outbox.Left(index, edit.Event) is { } left ? edit with { Event = left } : null).OfType<StreamEvent>()];
        }

        public StreamEvent[] Made { get; }

        public StreamEvent[] Coalesced { get; }

        /// <summary>What is seen in the end if the author's events arrive in one run.</summary>
        public string Show(StreamSettings settings, StreamEvent[] own, Remote[] remotes)
        {
            var log = new List<StreamEvent>(_beneath);
            foreach (var remote in remotes.Where(remote => remote.ArrivesFirst)) Append(log, remote);
            foreach (var next in own) log.Add(next with { Seq = new Seq(log.Count + 1) });
            foreach (var remote in remotes.Where(remote => !remote.ArrivesFirst)) Append(log, remote);
            return log.Play(settings).Show();
        }

        public override string ToString() => _text;

        private void Append(List<StreamEvent> log, Remote remote)
        {
            var seen = remote.Sight switch { Sight.Nothing => 0, Sight.Beneath => _beneath.Length, _ => log.Count };
            log.Add(Event(log.Count + 1, remote.Author, 1, seen, remote.Edit));
        }
    }
}

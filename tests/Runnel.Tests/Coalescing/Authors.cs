using CsCheck;
using Runnel.Coalescing;
using Runnel.Records;
using Runnel.Tests.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>What several authors do, drawn at random: edit, freeze, publish what is frozen in one run, pull some runs of others.</summary>
internal sealed class Authors
{
    private const int Count = 3;
    private const int NoBatch = 0;

    private readonly Step[] _steps;

    private Authors(Step[] steps) => _steps = steps;

    private enum Act { Edit, Freeze, Publish, Pull }

    /// <summary>What one author does; <paramref name="Batch"/> is that of an edit, <paramref name="Runs"/> how many it pulls.</summary>
    private readonly record struct Step(Act Act, int Author, int Runs, int Batch, Edit Edit);

    public static Gen<Authors> Any { get; } =
        Gen.Select(
            Gen.Frequency((12, Act.Edit), (1, Act.Freeze), (2, Act.Publish), (2, Act.Pull)),
            Gen.Int[0, Count - 1],
            Gen.Int[1, 4],
            Gen.Frequency((8, NoBatch), (1, 1), (1, 2)),
            Edit.Of("abkntm"))
        .Select((act, author, runs, batch, edit) => new Step(act, author, runs, batch, edit))
        .Array[0, 50].Select(steps => new Authors(steps));

    /// <summary>Plays it with outboxes that coalesce; <paramref name="onEdit"/> looks at each before and after an edit.</summary>
    public World PlayCoalesced(StreamSettings settings, Action<EditSight>? onEdit = null) =>
        Play(new World(settings, _ => new TracedOutbox(settings), onEdit));

    /// <summary>Plays it with every edit an event of its own, but for what came to nothing in <paramref name="coalesced"/>.</summary>
    public World PlayAsMade(StreamSettings settings, World coalesced) =>
        Play(new World(settings, author => new PlainOutbox((TracedOutbox)coalesced.Outbox(author)), onEdit: null));

    public override string ToString() => string.Concat(_steps.Select(step => $"\n{step}"));

    private World Play(World world)
    {
        for (var i = 0; i < _steps.Length; i++)
        {
            var (act, author, runs, batch, edit) = _steps[i];
            switch (act)
            {
                case Act.Edit: world.Edit(author, i, edit, batch == NoBatch ? null : batch); break;
                case Act.Freeze: world.Outbox(author).Freeze(); break;
                case Act.Publish: world.Publish(author); break;
                case Act.Pull: world.Pull(author, runs); break;
            }
        }
        for (var author = 0; author < Count; author++) world.Publish(author);
        return world;
    }

    /// <summary>What an author would see if the edit were an event of its own, and what it sees.</summary>
    public readonly record struct EditSight(string Want, string Got);

    public sealed class World(StreamSettings settings, Func<int, IOutbox> newOutbox, Action<EditSight>? onEdit)
    {
        private readonly Author[] _authors = [.. Enumerable.Range(0, Count).Select(i => new Author(ClientId.Parse("AMZ"[i..(i + 1)]), new RecordSet(settings), newOutbox(i)))];

        /// <summary>What was published, run by run.</summary>
        public List<List<StreamEvent>> Runs { get; } = [];

        public IOutbox Outbox(int author) => _authors[author].Outbox;

        public void Edit(int author, int number, Edit edit, long? batch)
        {
            var (me, key) = (_authors[author], Tape.Key(edit.Id));
            var made = new StreamEvent(Seq.None, me.Id, default, edit.ToEvent(++me.LastPlace, me.Confirmed.Head));
            var want = onEdit is null ? "" : me.Confirmed.See(me.Outbox.Pending.Append(made));
            me.Outbox.Add(number, me.Confirmed.TryFind(key, out var record) ? record : null, new PendingEvent(made, Batch: batch));
            onEdit?.Invoke(new EditSight(want, me.Confirmed.See(me.Outbox.Pending)));
        }

        public void Publish(int author)
        {
            var me = _authors[author];
            me.Outbox.Freeze();
            var published = Runs.Sum(run => run.Count);
            Runs.Add([.. me.Outbox.Frozen.Skip(me.InFlight).Select((frozen, index) => frozen with { Seq = new Seq(published + index + 1) })]);
            me.InFlight += Runs[^1].Count;
        }

        public void Pull(int author, int count)
        {
            var me = _authors[author];
            foreach (var next in Runs.Skip(me.PulledRuns).Take(count).SelectMany(run => run))
            {
                me.Confirmed.Apply(next);
                if (next.Client != me.Id) continue;
                me.Outbox.Remove(next.Event);
                me.InFlight--;
            }
            me.PulledRuns = Math.Min(me.PulledRuns + count, Runs.Count);
        }

        private sealed class Author(ClientId id, RecordSet confirmed, IOutbox outbox)
        {
            public ClientId Id => id;
            public RecordSet Confirmed => confirmed;
            public IOutbox Outbox => outbox;
            public long LastPlace { get; set; }
            public int InFlight { get; set; }
            public int PulledRuns { get; set; }
        }
    }
}

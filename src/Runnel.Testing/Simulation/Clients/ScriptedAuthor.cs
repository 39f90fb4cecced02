using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>
/// An author with numbers: makes edits in batches, keeps them until they are acknowledged, sends them again after every doubt, some
/// of them together with what is stored already, and now and then something that must be refused.
/// </summary>
internal sealed class ScriptedAuthor : Peer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), ShortestPause = TimeSpan.FromMilliseconds(30), LongestPause = TimeSpan.FromMilliseconds(400);

    // A wrong publish now and then; right ones are what the run is for.
    private const double WrongRate = 0.4;
    private const int MaxWrongs = 3;

    private readonly SeededIdSource _nonces;
    private readonly List<ScriptedOutbox> _outboxes;
    private readonly Dictionary<long, (ScriptedOutbox Outbox, SentBatch Batch, IReadOnlyList<ScriptedBatch> Covered)> _sent = [];
    private readonly WrongPublishes _wrongs;
    private readonly IReadOnlyDictionary<StreamName, StreamSettings> _settings;
    private readonly bool _creates;
    private TimeSpan _editAt;
    private long _refs;

    public ScriptedAuthor(SimulationContext context, SwarmSettings swarm, SimulationOracle oracle, SimulatedLink link, IReadOnlyDictionary<StreamName, StreamSettings> streams)
        : base(context, swarm, oracle, link, streams.Keys)
    {
        _settings = streams;
        _nonces = new SeededIdSource(context.Chance.For($"nonces of {link.Client}"));
        _outboxes = [.. Memories.Select(memory => new ScriptedOutbox(memory))];
        _wrongs = new WrongPublishes(Client.Value, Chance);
        _creates = Chance.Happens(0.5);
    }

    protected override StreamSettings? Creates(StreamName stream) => _creates ? _settings[stream] : null;

    protected override void Connects()
    {
        _sent.Clear();
        foreach (var outbox in _outboxes) outbox.Disconnect();
    }

    protected override void Work()
    {
        if (Context.IsActive && Context.Now >= _editAt) MakeEdits();
        foreach (var outbox in _outboxes.Where(outbox => outbox.Memory.IsKnown))
        {
            if (outbox.Waiting.Any(batch => batch.IsSent && Context.Now - batch.SentAt > Patience) && !Retries(outbox)) return;
            SendDue(outbox);
            if (!outbox.HasSent && outbox.Waiting.Count == 0) SendDoneAgain(outbox);
        }
    }

    protected override void Answered(long reference, bool isPublished, string? code)
    {
        if (!_sent.TryGetValue(reference, out var sent)) return;
        sent.Outbox.IsSessionKnown |= isPublished || code is "client_seq_gap" or "client_seq_conflict" or "future_preceding_seq" or "preceding_seq_regressed" or "invalid_event" or "too_large";
        if (isPublished)
        {
            sent.Outbox.Settle(sent.Batch.Edits);
            return;
        }
        // Refused for now, or behind a batch that was: sent again a little later.
        foreach (var batch in sent.Covered) (batch.IsSent, batch.SendAt) = (false, Context.Now + Chance.Between(ShortestPause, LongestPause));
    }

    /// <summary>After too long without an answer: sends again on the same connection, or gives the connection up and is done for now.</summary>
    private bool Retries(ScriptedOutbox outbox)
    {
        if (Chance.Happens(0.5))
        {
            foreach (var batch in outbox.Waiting) batch.IsSent = false;
            return true;
        }
        Disconnect();
        return false;
    }

    private void MakeEdits()
    {
        _editAt = Context.Now + Chance.Between(TimeSpan.Zero, Swarm.MaxRest);
        var outbox = _outboxes[Chance.Below(_outboxes.Count)];
        if (outbox.Waiting.Count >= 2 * Swarm.Window) return;
        if (outbox.Waiting.Count == 0 && Swarm.Has(SimulatedFaults.WrongPublishes) && outbox.Memory.IsKnown && Chance.Happens(WrongRate))
        {
            for (var i = Chance.Between(1, MaxWrongs); i > 0; i--) SendWrong(outbox);
        }

        var preceding = outbox.Memory.Seen.Count;
        var edits = Enumerable.Range(0, Chance.Between(1, Swarm.MaxBatch))
            .Select(i => new Edit(outbox.Memory.Stream.Value, Client.Value, outbox.NextClientSeq + i, preceding, Chance.Pick("insert", "update", "update", "delete"), $"{Client}-{outbox.Memory.Stream}-{outbox.NextClientSeq + i}"));
        outbox.Add([.. edits]);
    }

    private void SendDue(ScriptedOutbox outbox)
    {
        for (var i = 0; i < Math.Min(Swarm.Window, outbox.Waiting.Count); i++)
        {
            var batch = outbox.Waiting[i];
            if (batch.IsSent) continue;
            if (Context.Now < batch.SendAt) return;
            Send(outbox, i);
        }
    }

    private void Send(ScriptedOutbox outbox, int at)
    {
        List<ScriptedBatch> covered = [outbox.Waiting[at]];
        IEnumerable<Edit> before = [];
        if (covered[0].SentAt is not null)
        {
            Context.Reach(Landmark.Resent);
            if (Chance.Happens(Swarm.OverlapRate))
            {
                Context.Reach(Landmark.ResentOverlapping);
                before = at == 0 ? outbox.Done.TakeLast(Chance.Between(0, 3)) : outbox.Waiting[at - 1].Edits;
                if (at + 1 < outbox.Waiting.Count) covered.Add(outbox.Waiting[at + 1]);
            }
        }
        foreach (var batch in covered) (batch.IsSent, batch.SentAt) = (true, Context.Now);
        Send(outbox, NewBatch(outbox, [.. before, .. covered.SelectMany(batch => batch.Edits)], [], Session, Connection), covered);
    }

    /// <summary>What an author does that has not noted that it was acknowledged.</summary>
    private void SendDoneAgain(ScriptedOutbox outbox)
    {
        outbox.HasSent = true;
        if (outbox.Done.Count == 0 || !Chance.Happens(Swarm.OverlapRate)) return;
        Context.Reach(Landmark.DoneSentAgain);
        Send(outbox, NewBatch(outbox, [.. outbox.Done.TakeLast(Chance.Between(1, 3))], [], Session, Connection), []);
    }

    private void Send(ScriptedOutbox outbox, SentBatch batch, IReadOnlyList<ScriptedBatch> covered)
    {
        outbox.HasSent = true;
        _sent.Add(batch.Ref, (outbox, batch, covered));
        Send(ToMessage(batch), () => Oracle.Arrives(batch));
    }

    private void SendWrong(ScriptedOutbox outbox)
    {
        var (edits, expected, kind) = _wrongs.Draw(outbox);
        Context.Trace.Note($"{Client} sends what is wrong: {kind}");
        if (kind == WrongKind.StaleSession)
        {
            _ = new Ghost(this, connection => NewBatch(outbox, edits, expected, Session - 1, connection));
            return;
        }
        var wrong = NewBatch(outbox, edits, expected, Session, Connection);
        _sent.Add(wrong.Ref, (outbox, wrong, []));
        if (kind == WrongKind.Malformed) Send(WrongPublishes.Malform(ToMessage(wrong)), () => Oracle.Arrives(wrong));
        else Send(ToMessage(wrong), () => Oracle.Arrives(wrong));
    }

    private SentBatch NewBatch(ScriptedOutbox outbox, IReadOnlyList<Edit> edits, IReadOnlyList<string> wrong, long session, int connection)
    {
        var batch = new SentBatch
        {
            Client = Client.Value,
            Stream = outbox.Memory.Stream.Value,
            Ref = ++_refs,
            Connection = connection,
            Session = session,
            Nonce = _nonces.NewId(),
            Edits = edits,
            Wrong = wrong,
        };
        Oracle.Sends(batch);
        return batch;
    }

    private static ClientMessage.Publish ToMessage(SentBatch batch) => new(batch.Ref, StreamName.Parse(batch.Stream), [.. batch.Edits.Select(PublishedEdits.ToDraft)], batch.Nonce);

    /// <summary>A connection of the session before, which publishes once: what is left of a process that has been replaced.</summary>
    private sealed class Ghost : IClientEnd
    {
        private readonly ScriptedAuthor _author;
        private readonly SentBatch _wrong;

        public Ghost(ScriptedAuthor author, Func<int, SentBatch> makeWrong)
        {
            _author = author;
            var connection = author.ConnectBeside(this);
            _wrong = makeWrong(connection.Number);
            author.Context.Timeline.After(Patience, connection.CloseAtClient);
        }

        public void Connected(SimulatedConnection connection) =>
            connection.SendUp(PublishedEdits.ToFrame(new ClientMessage.Hello(_author.Client, _wrong.Session)));

        public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame)
        {
            if (ServerMessageCodec.Parse(frame.Span) is ServerMessage.Welcome) connection.SendUp(PublishedEdits.ToFrame(ToMessage(_wrong)), () => _author.Oracle.Arrives(_wrong));
        }

        public void Closed(SimulatedConnection connection) { }
    }
}

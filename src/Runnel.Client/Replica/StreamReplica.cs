using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Coalescing;
using Runnel.Protocol;
using Runnel.Records;
using Pending = Runnel.Client.Outbox.PendingEvent;

namespace Runnel.Client.Replica;

/// <summary>
/// A client's copy of one stream: confirmed records, and over them its own pending events. A state machine without clock, thread or
/// I/O: each call says what to write, send and show. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// The walk of an edit: <see cref="Edit"/> puts it into the outbox, coalesced; <see cref="TrySend"/> freezes and publishes it; the
/// server's answer settles refusals only; when the event comes back with its seq, it moves from pending to confirmed in one write.
/// </remarks>
internal sealed partial class StreamReplica
{
    private readonly IdSource _ids;
    private readonly EventOutbox _outbox;
    private readonly Dictionary<ObjectKey, Record> _shown = [];
    private List<ReplicaOutput> _outputs = [];
    private RecordSet _confirmed;
    private StreamState _state;
    private long _lastConflict;
    private long _lastBatch;
    private Seq _seen;

    /// <summary>Makes the replica of <paramref name="stream"/> from what a store has kept of it.</summary>
    public StreamReplica(StreamName stream, ClientId client, LoadedStream loaded, IdSource ids)
    {
        Stream = stream;
        Client = client;
        _ids = ids;
        _state = loaded.State.Of(client);
        _confirmed = loaded.Records;
        _outbox = new EventOutbox(loaded.Outbox, Write, Erase);
        _seen = Head;
        _lastConflict = loaded.LastConflict;
        _lastBatch = loaded.Outbox.Max(pending => pending.Batch) ?? 0;
    }

    /// <summary>The stream.</summary>
    public StreamName Stream { get; }

    /// <summary>The client whose replica this is.</summary>
    public ClientId Client { get; private set; }

    /// <summary>The end of the gapless prefix that is reconciled.</summary>
    public Seq Head => _state.Head;

    /// <summary>The stream's id at the server; <c>null</c> before the first contact.</summary>
    public string? Id => _state.Id;

    /// <summary>How the records merge.</summary>
    public StreamSettings Settings => _state.Settings;

    /// <summary>The confirmed records.</summary>
    public RecordSet Confirmed => _confirmed;

    /// <summary>The events that have not come back.</summary>
    public EventOutbox Outbox => _outbox;

    /// <summary>What its author had seen, of the own event that came back last, of the fields that it wrote; <c>null</c> if that is not known.</summary>
    public CanonicalJson? WasBeforeOwn { get; private set; }

    /// <summary>Every object that an app may see: those with a record, and those that only pending events name.</summary>
    public IEnumerable<ObjectKey> Keys => _confirmed.Keys.Union(_outbox.Events.Select(pending => pending.Key));

    /// <summary>The row that says that the stream is held, before there is anything to hold.</summary>
    public LocalWrite FirstRow => new(new LocalKey(LocalKind.Stream, "", Stream.Value), _state.Write());

    /// <summary>Decides what becomes of an edit; tests put wrong deciders here, to see that they are found out.</summary>
    internal Func<StreamSettings, Record?, IReadOnlyList<Coalescing.PendingEvent>, Coalescing.PendingEvent, Coalesced> Coalesce { get; init; } = Coalescer.Add;

    /// <summary>A number for a batch that no batch in the outbox has.</summary>
    public long NextBatch() => ++_lastBatch;

    /// <summary>The record that apps see: confirmed + pending. <c>null</c> if no event has named the object.</summary>
    public Record? Shown(ObjectKey key)
    {
        if (_shown.TryGetValue(key, out var shown)) return shown;
        _confirmed.TryFind(key, out var confirmed);
        var pending = _outbox.Of(key).ToList();
        if (pending.Count == 0) return confirmed;
        shown = confirmed?.Copy() ?? new Record(Settings, key.Collection);
        foreach (var own in pending) shown.Apply(own.ToStreamEvent(Client));
        return _shown[key] = shown;
    }

    /// <summary>Takes an edit of the app's.</summary>
    /// <param name="op">What is done.</param>
    /// <param name="key">The object.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="batch">The batch it belongs to; <c>null</c> for none.</param>
    /// <param name="outputs">What is to be done about it.</param>
    /// <param name="seen">What its author had seen, if that was another instance: never less is said than before, for precedingSeq must not fall.</param>
    public void Edit(EventOp op, ObjectKey key, EventFields fields, long? batch, List<ReplicaOutput> outputs, Seq? seen = null)
    {
        _outputs = outputs;
        _seen = seen is { } theirs ? Seq.Max(_seen, theirs) : Head;
        _confirmed.TryFind(key, out var confirmed);
        var pending = _outbox.Of(key).ToList();
        var was = SeenFields.Of(Shown(key), fields);
        var edit = new Pending(_outbox.NextPlace, new EventDraft(null, _seen, op, key, fields), batch);
        switch (Coalesce(Settings, confirmed, [.. pending.Select(Merged)], Merged(edit)))
        {
            case Coalesced.Append { Event: var made }: _outbox.Add(Draft(made), batch, was); break;
            case Coalesced.Replace { Event: var made }: _outbox.Replace(pending[^1] with { Draft = Draft(made), Was = SeenFields.Join(pending[^1], was) }); break;
            case Coalesced.Withdraw: _outbox.Remove(pending[^1]); break;
            case Coalesced.Nothing: return;
        }
        Change(key);
    }

    /// <summary>Makes a rejected event, and those rejected with it, new edits: each as <paramref name="edited"/> would have it, of the same object.</summary>
    public void Retry(Pending rejected, Func<EventDraft, EventDraft> edited, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (!IsKept(rejected)) return;
        var keys = _outbox.Events.Select(pending => pending.Key).ToHashSet();
        if (MayBeStored(rejected))
        {
            _outbox.RetryInPlace(rejected, edited);   // to be recognized if it stands in the stream all the same, of a twin
        }
        else
        {
            _seen = Head;
            _outbox.Retry(rejected, edited, Head);
        }
        foreach (var key in keys) Change(key);
    }

    /// <summary>Gives a rejected event up.</summary>
    public void Discard(Pending rejected, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (!IsKept(rejected)) return;
        var keys = _outbox.Events.Select(pending => pending.Key).ToHashSet();
        _seen = Head;
        _outbox.Discard(rejected, Head);
        foreach (var key in keys) Change(key);
    }

    /// <summary>Takes the edits of a batch back that is still being made: none of them merged with one outside of it, nor was sent.</summary>
    public void Undo(long batch, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        foreach (var pending in _outbox.Events.Where(pending => pending.Batch == batch).ToList())
        {
            _outbox.Remove(pending);
            Change(pending.Key);
        }
    }

    /// <summary>Whether nobody has decided about it yet.</summary>
    private bool IsKept(Pending rejected) => _outbox.TryFind(rejected.Place, out var kept) && kept.Rejection is not null;

    private Coalescing.PendingEvent Merged(Pending pending) => new(pending.ToStreamEvent(Client), pending.IsFrozen || MayBeStored(pending), pending.Batch);

    private static EventDraft Draft(Event made) => new(null, made.PrecedingSeq, made.Op, made.Key, made.Fields, made.Blind);

    private void Change(ObjectKey key)
    {
        _shown.Remove(key);
        _outputs.Add(new ReplicaOutput.Changed(key));
    }

    private void Write(Pending pending)
    {
        Touch(pending.Place);
        WriteRow(LocalKind.Pending, RowName(pending.Place), PendingEventCodec.Write(pending));
    }

    private void Erase(long place)
    {
        Touch(place);
        WriteRow(LocalKind.Pending, RowName(place), null);
    }

    private void WriteRow(LocalKind kind, string name, ReadOnlyMemory<byte>? value) =>
        _outputs.Add(new ReplicaOutput.Write(new LocalWrite(new LocalKey(kind, Stream.Value, name), value)));

    private void WriteState() =>
        _outputs.Add(new ReplicaOutput.Write(new LocalWrite(new LocalKey(LocalKind.Stream, "", Stream.Value), _state.Write())));

    /// <summary>Numbers as names that sort as they count.</summary>
    internal static string RowName(long number) => number.ToString("D16", System.Globalization.CultureInfo.InvariantCulture);
}

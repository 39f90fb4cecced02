using Runnel.Client.Collections;
using Runnel.Client.Conflicts;
using Runnel.Client.LocalStore;
using Runnel.Client.Models;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>A device's copy of one stream. Safe for use by many threads.</summary>
public sealed partial class SyncedStream
{
    private readonly RunnelClient _client;
    private readonly List<KeptConflict> _conflicts;
    private readonly Dictionary<CollectionName, ISyncedCollection> _collections = [];
    private readonly List<ReplicaOutput> _outputs = [];
    private readonly List<LocalWrite> _writes = [];
    private readonly List<ClientMessage> _messages = [];
    private long? _batch;
    private int _together;
    private bool _isChanged, _isClosed;
    private DateTimeOffset? _lastSynced;

    internal SyncedStream(RunnelClient client, StreamReplica replica, IEnumerable<KeptConflict> conflicts)
    {
        _client = client;
        _conflicts = [.. conflicts];
        Replica = replica;
    }

    /// <summary>The server refused events for good. They are kept; see <see cref="Rejections"/>.</summary>
    public event EventHandler? Rejected;

    /// <summary><see cref="Conflicts"/> lists more, or fewer. Raised where <see cref="RunnelClient.StatusChanged"/> is.</summary>
    public event EventHandler? ConflictsChanged;

    /// <summary>The stream's name.</summary>
    public string Name => Replica.Stream.Value;

    /// <summary>How this stream is doing.</summary>
    public ClientStatus Status
    {
        get
        {
            lock (_client.Gate)
            {
                var (held, known) = (Replica.Head.Value, Replica.ServerHead.Value);
                return new ClientStatus(
                    _client.StateOf(isCaughtUp: Replica.IsLive && held == known),
                    Replica.Outbox.PendingCount,
                    Replica.Outbox.RejectedCount,
                    ClientStatus.ProgressOf(held, known),
                    _lastSynced,
                    Replica.Trouble);
            }
        }
    }

    /// <summary>The writes that were overwritten by others that had not seen them, oldest first.</summary>
    public IReadOnlyList<Conflict> Conflicts
    {
        get
        {
            lock (_client.Gate) return [.. _conflicts.Select(kept => new Conflict(this, kept))];
        }
    }

    /// <summary>The edits that the server refused for good, oldest first: kept until they are retried or discarded.</summary>
    public IReadOnlyList<Rejection> Rejections
    {
        get
        {
            lock (_client.Gate) return [.. Rejection.In(this)];
        }
    }

    /// <summary>How many own events have not come back.</summary>
    public int Pending
    {
        get
        {
            lock (_client.Gate) return Replica.Outbox.PendingCount;
        }
    }

    /// <summary>Up to where this device has everything and has reconciled it.</summary>
    public Seq Head
    {
        get
        {
            lock (_client.Gate) return Replica.Head;
        }
    }

    /// <summary>The own events that have not come back, in the order in which they will stand in the stream, and those that were refused and are kept.</summary>
    public IReadOnlyList<PendingEvent> Outbox
    {
        get
        {
            lock (_client.Gate) return [.. Replica.Outbox.Events];
        }
    }

    /// <summary>
    /// The hash of what is reconciled, as <c>GET …/state?at=</c><see cref="Head"/> answers it: equal on all devices that have read as far. Takes time that
    /// grows with the stream's objects.
    /// </summary>
    public string Hash()
    {
        lock (_client.Gate) return Replica.Confirmed.Hash();
    }

    internal StreamReplica Replica { get; }

    internal Action<ClientMessage>? Say { get; set; }

    internal RunnelClient Client => _client;

    /// <summary>Whether the app of this instance looks at the stream; else it is there for another's sake.</summary>
    internal bool IsWanted { get; set; }

    /// <summary>The stream's objects of one model class: always the same collection.</summary>
    /// <exception cref="InvalidOperationException">Another class has the same collection, or the stream keeps all values of a field that is a counter or a set.</exception>
    public SyncedCollection<T> Collection<T>() where T : class, ISynced<T>
    {
        lock (_client.Gate)
        {
            if (_collections.TryGetValue(T.Map.Collection, out var known))
            {
                return known as SyncedCollection<T> ?? throw new InvalidOperationException($"The collection {T.Map.Collection} of {Name} is that of another class already.");
            }
            var rules = Replica.Settings.Of(T.Map.Collection);
            if (T.Map.Fields.FirstOrDefault(field => field.Kind != ModelFieldKind.Value && rules.MergeOf(field.Name) == FieldMerge.KeepAll) is { } field)
            {
                throw new InvalidOperationException(
                    $"{typeof(T).Name}.{field.PropertyName} is a {(field.Kind == ModelFieldKind.Counter ? "[Counter]" : "[SetOf]")}, but the stream {Name} keeps all concurrent values of "
                    + $"{T.Map.Collection}.{field.Name}, where only plain values have a meaning: drop the attribute, or the rule keepAll of that field.");
            }
            var collection = new SyncedCollection<T>(this);
            _collections.Add(T.Map.Collection, collection);
            return collection;
        }
    }

    /// <summary>
    /// Makes the edits of <paramref name="edits"/> one batch: it is on disk as a whole or not at all, the server takes all of it or nothing,
    /// and other devices see it together. If <paramref name="edits"/> throws, none of them was made; an object that it had removed comes
    /// back as another one. A batch in a batch is part of it.
    /// </summary>
    public void Batch(Action edits)
    {
        lock (_client.Gate)
        {
            if (_batch is not null)
            {
                edits();
                return;
            }
            _batch = Replica.NextBatch();
            Together(() => MakeBatch(edits));
        }
    }

    /// <summary>An async lambda would end the batch at its first await; do the waiting before or after.</summary>
    [Obsolete("A batch has no await in it: the edits behind it would not belong to the batch.", error: true)]
    public void Batch(Func<Task> edits) => throw new NotSupportedException("A batch has no await in it.");

    /// <summary>
    /// Takes this copy out of memory, and synchronizes it no more, until <see cref="RunnelClient.OpenStreamAsync"/>: it rests in the local store. <c>false</c> if it has edits to
    /// send, and stays as it is. Once closed, it and its objects are of the past: they change no more, and an edit throws <see cref="ObjectDisposedException"/>.
    /// </summary>
    public ValueTask<bool> CloseAsync(CancellationToken cancellationToken = default) => _client.LetRestAsync(this, cancellationToken);

    /// <summary>How far an object's edits have come.</summary>
    internal SyncState StateOf(ObjectKey key)
    {
        lock (_client.Gate)
        {
            if (Replica.Outbox.RejectedOf(key).Any()) return SyncState.Rejected;
            return Replica.Outbox.Of(key).Any() ? SyncState.Pending : SyncState.Acknowledged;
        }
    }

    /// <summary>Why the fields of an object read what they read, sorted by name; empty for an object that no event has named.</summary>
    internal IReadOnlyList<FieldExplanation> Explain(ObjectKey key)
    {
        lock (_client.Gate)
        {
            if (Replica.Shown(key) is not { Visible: { } visible } record) return [];
            var conflicts = Conflicts.Where(conflict => conflict.Key == key).ToLookup(conflict => conflict.Field);
            return
            [
                .. from member in visible.Members()
                   let field = FieldName.Parse(member.Key)
                   let writer = record.WriterOf(field)
                   select new FieldExplanation(field, member.Value, writer, [.. conflicts[field].Where(conflict => conflict.Winner.Event == writer)]),
            ];
        }
    }

    /// <summary>Lists a conflict no longer.</summary>
    internal void Dismiss(KeptConflict conflict)
    {
        lock (_client.Gate)
        {
            ThrowIfClosed();
            if (!_conflicts.Remove(conflict)) return;
            _outputs.Add(new ReplicaOutput.Write(new LocalWrite(new LocalKey(LocalKind.Conflict, Name, StreamReplica.RowName(conflict.Id)), null)));
            if (IsFollowing) _step.Dismissed.Add(conflict.Id);
            RaiseConflictsChanged();
            Settle();
        }
    }

    /// <summary>Makes what a conflict lost again, as a new edit that has seen both.</summary>
    internal void Restore(KeptConflict conflict)
    {
        lock (_client.Gate)
        {
            Together(() =>
            {
                var (op, fields) = Restoring.EditFor(conflict, Replica.Shown(conflict.Key) is { Exists: true });
                Edit(op, conflict.Key, fields);
                Dismiss(conflict);
            });
        }
    }

    /// <summary>Settles what rules of the app's have come to settle; the gate is held.</summary>
    internal void SettleConflicts(CollectionName collection, IReadOnlyList<ObjectKey> keys)
    {
        SettleConflicts(_conflicts.Where(conflict => conflict.Key.Collection == collection).ToList());
        foreach (var key in keys) _collections[collection].SettleSiblings(key);
    }

    /// <summary>Runs a rule of the app's; whether it came to an end. One that throws leaves the conflict for people to see.</summary>
    internal bool TrySettle(Action settle)
    {
        try
        {
            settle();
            return true;
        }
        catch (Exception exception)
        {
            _client.Log.RuleFailed(exception, Name);
            return false;
        }
    }

    /// <summary>Takes an edit; the gate is held.</summary>
    internal void Edit(EventOp op, ObjectKey key, EventFields fields)
    {
        ThrowIfClosed();
        if (IsFollowing)
        {
            _step.Edits.Add(new EventDraft(null, Replica.Head, op, key, fields));
            _step.IsBatch = _batch is not null;
        }
        Replica.Edit(op, key, fields, _batch, _outputs);
        Settle();
    }

    /// <summary>Makes rejected events, which belong together, new edits: each as <paramref name="edited"/> would have it.</summary>
    internal void Retry(PendingEvent rejected, Func<EventDraft, EventDraft> edited)
    {
        ThrowIfClosed();
        Do((replica, outputs) =>
        {
            var edits = RejectedWith(rejected, edited);
            if (IsFollowing) _step.Retried.Add((rejected.Place, edits));
            replica.Retry(rejected, InTurn(edits), outputs);
        });
    }

    /// <summary>Gives rejected events up.</summary>
    internal void Discard(IReadOnlyList<PendingEvent> rejected)
    {
        ThrowIfClosed();
        Do((replica, outputs) =>
        {
            if (IsFollowing) _step.Discarded.AddRange(rejected.Select(pending => pending.Place));
            foreach (var pending in rejected) replica.Discard(pending, outputs);
        });
    }

    /// <summary>Lets the replica do something, then does what it wants done. A closed stream does nothing any more.</summary>
    internal void Do(Action<StreamReplica, List<ReplicaOutput>> action)
    {
        lock (_client.Gate)
        {
            if (_isClosed) return;
            action(Replica, _outputs);
            Settle();
            ShareTrouble();
        }
    }

    /// <summary>The copy is to rest: says so to the server; the gate is held.</summary>
    internal void Leave()
    {
        _isClosed = true;
        Say?.Invoke(new ClientMessage.Unsubscribe(Replica.Stream));
        Say = null;
        Replica.Disconnect();
    }

    /// <summary>Goes on under another id; what is to be written, in one transaction with that of the other streams.</summary>
    internal IReadOnlyList<LocalWrite> GiveUpId(ClientId newId)
    {
        var outputs = new List<ReplicaOutput>();
        Replica.GiveUpId(newId, outputs);
        Refresh(outputs);
        return [.. outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row)];
    }

    /// <summary>Notes the time if everything has come.</summary>
    internal void NoteSynced()
    {
        lock (_client.Gate)
        {
            if (Replica.IsLive && Replica.Head == Replica.ServerHead) _lastSynced = _client.Options.Time.GetUtcNow();
        }
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_isClosed, this);
}

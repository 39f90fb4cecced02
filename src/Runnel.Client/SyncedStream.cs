using Runnel.Client.Collections;
using Runnel.Client.LocalStore;
using Runnel.Client.Models;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>A device's copy of one stream. Safe for use by many threads.</summary>
public sealed class SyncedStream
{
    private readonly RunnelClient _client;
    private readonly List<Conflict> _conflicts;
    private readonly Dictionary<CollectionName, ISyncedCollection> _collections = [];
    private readonly List<ReplicaOutput> _outputs = [];
    private readonly List<LocalWrite> _writes = [];
    private readonly List<ClientMessage> _messages = [];
    private long? _batch;
    private DateTimeOffset? _lastSynced;

    internal SyncedStream(RunnelClient client, StreamReplica replica, IEnumerable<Conflict> conflicts)
    {
        _client = client;
        _conflicts = [.. conflicts];
        Replica = replica;
    }

    /// <summary>The server refused events for good. They are kept; see <see cref="Rejections"/>.</summary>
    public event EventHandler? Rejected;

    /// <summary>The stream's name.</summary>
    public string Name => Replica.Stream.Value;

    /// <summary>What stands in the way of this stream alone, such as a server that has lost a part of it; <c>null</c> if nothing does.</summary>
    public string? Trouble
    {
        get
        {
            lock (_client.Gate) return Replica.Trouble;
        }
    }

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
            lock (_client.Gate) return [.. _conflicts];
        }
    }

    /// <summary>The edits that the server refused for good, oldest first: kept until they are retried or discarded.</summary>
    public IReadOnlyList<Rejection> Rejections
    {
        get
        {
            lock (_client.Gate) return [.. Replica.Outbox.Events.Where(pending => pending.Rejection is not null).Select(pending => new Rejection(this, pending))];
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

    internal StreamReplica Replica { get; }

    internal Action<ClientMessage>? Say { get; set; }

    internal RunnelClient Client => _client;

    /// <summary>The stream's objects of one model class.</summary>
    /// <exception cref="InvalidOperationException">Another class has the same collection.</exception>
    public SyncedCollection<T> Collection<T>() where T : class, ISynced<T>
    {
        lock (_client.Gate)
        {
            if (_collections.TryGetValue(T.Map.Collection, out var known))
            {
                return known as SyncedCollection<T> ?? throw new InvalidOperationException($"The collection {T.Map.Collection} of {Name} is that of another class already.");
            }
            var collection = new SyncedCollection<T>(this);
            _collections.Add(T.Map.Collection, collection);
            return collection;
        }
    }

    /// <summary>Makes the edits of <paramref name="edits"/> one batch: the server takes all of them or none, and others see them together.</summary>
    public void Batch(Action edits)
    {
        lock (_client.Gate)
        {
            var outer = _batch;
            _batch = outer ?? Replica.NextBatch();
            try
            {
                edits();
            }
            finally
            {
                _batch = outer;
                Settle();
            }
        }
    }

    /// <summary>An async lambda would end the batch at its first await; do the waiting before or after.</summary>
    [Obsolete("A batch has no await in it: the edits behind it would not belong to the batch.", error: true)]
    public void Batch(Func<Task> edits) => throw new NotSupportedException("A batch has no await in it.");

    /// <summary>Puts conflicts aside, so that they are no longer listed.</summary>
    public void Dismiss(params IEnumerable<Conflict> conflicts)
    {
        lock (_client.Gate)
        {
            foreach (var conflict in conflicts.ToList())
            {
                if (_conflicts.RemoveAll(listed => listed.Id == conflict.Id) > 0) _client.Write([new LocalWrite(new LocalKey(LocalKind.Conflict, Name, StreamReplica.RowName(conflict.Id)), null)], null);
            }
        }
    }

    /// <summary>Makes what a conflict lost again, as a new edit that has seen both.</summary>
    public void Restore(Conflict conflict)
    {
        lock (_client.Gate)
        {
            if (conflict.Overwrite is { Field: { } field, Lost: { } lost }) Edit(EventOp.Update, conflict.Key, EventFields.Create([new FieldChange(field, lost)]));
            else Edit(EventOp.Delete, conflict.Key, EventFields.Empty);
            Dismiss(conflict);
        }
    }

    /// <summary>Takes an edit; the gate is held.</summary>
    internal void Edit(EventOp op, ObjectKey key, EventFields fields)
    {
        Replica.Edit(op, key, fields, _batch, _outputs);
        Settle();
    }

    internal void Retry(PendingEvent rejected, EventDraft? edited)
    {
        lock (_client.Gate)
        {
            Replica.Retry(rejected, edited, _outputs);
            Settle();
        }
    }

    internal void Discard(PendingEvent rejected)
    {
        lock (_client.Gate)
        {
            Replica.Discard(rejected, _outputs);
            Settle();
        }
    }

    /// <summary>Lets the replica do something, then does what it wants done.</summary>
    internal void Do(Action<StreamReplica, List<ReplicaOutput>> action)
    {
        lock (_client.Gate)
        {
            action(Replica, _outputs);
            Settle();
        }
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

    /// <summary>
    /// Does what the replica wants done: what is written goes into one transaction, what is sent waits for it. Inside a batch nothing
    /// is written or sent, for half of it could stay or leave.
    /// </summary>
    private void Settle()
    {
        if (_batch is null) Replica.TrySend(_outputs);
        if (_outputs.Count == 0 && (_batch is not null || _writes.Count == 0)) return;
        var outputs = _outputs.ToList();
        _outputs.Clear();
        _writes.AddRange(outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row));
        _messages.AddRange(outputs.OfType<ReplicaOutput.Send>().Select(send => send.Message));
        if (_batch is null) WriteAndSay();
        foreach (var output in outputs) Note(output);
        Refresh(outputs);
        _client.RaiseStatusChanged();
    }

    private void WriteAndSay()
    {
        var (messages, say) = (_messages.ToList(), Say);
        _client.Write(_writes, messages.Count == 0 || say is null ? null : () => messages.ForEach(say));
        _writes.Clear();
        _messages.Clear();
    }

    private void Refresh(IEnumerable<ReplicaOutput> outputs)
    {
        foreach (var key in outputs.OfType<ReplicaOutput.Changed>().Select(changed => changed.Key).Distinct())
        {
            if (_collections.TryGetValue(key.Collection, out var collection)) collection.Refresh(key);
        }
    }

    private void Note(ReplicaOutput output)
    {
        switch (output)
        {
            case ReplicaOutput.Conflicted conflicted: _conflicts.Add(conflicted.Conflict); break;
            case ReplicaOutput.Rejected: _client.Post(() => Rejected?.Invoke(this, EventArgs.Empty)); break;
            default: _client.Connector.Note(this, output); break;
        }
    }
}

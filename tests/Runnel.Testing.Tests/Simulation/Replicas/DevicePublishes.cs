using Runnel.Client.Outbox;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Clients;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Tests.Simulation.Replicas;

/// <summary>What a device publishes, as the oracle wants to know it: each edit once, each frame by a ref that no other has.</summary>
internal sealed class DevicePublishes(SimulatedPlace place)
{
    private readonly Dictionary<string, Edit> _edits = [];
    private readonly Dictionary<long, long> _refs = [];
    private long _lastRef, _session;

    public static ObjectKey KeyOf(string id) => new(CollectionName.Parse(Edit.Collection), ObjectId.Parse(id));

    public static EventFields FieldsOf(EventOp op, string id) =>
        op == EventOp.Delete ? EventFields.Empty : EventFields.Create([new FieldChange(FieldName.Parse("title"), Delta.Set(CanonicalJson.FromString(id)))]);

    public static ObservedEvent Observe(StreamEvent stored) => new(
        stored.Seq.Value, stored.Client.Value, stored.Event.ClientSeq, stored.Event.PrecedingSeq.Value, stored.Event.Op.ToString().ToLowerInvariant(),
        stored.Event.Key.Collection.Value, stored.Event.Key.Id.Value, stored.Event.Fields.Wire.ToString());

    /// <summary>A connection begins: answers to what was sent before it mean nothing.</summary>
    public void Begin(long session)
    {
        _session = session;
        _refs.Clear();
    }

    /// <summary>Sends a publish of the replica's.</summary>
    public void Send(ClientMessage.Publish publish, SimulatedConnection? connection)
    {
        if (connection is null) return;
        var batch = new SentBatch
        {
            Client = place.Link.Client,
            Stream = place.Stream.Value,
            Ref = ++_lastRef,
            Session = _session,
            Nonce = publish.Nonce,
            Edits = [.. publish.Events.Select(EditOf)],
        };
        _refs.Add(batch.Ref, publish.Ref);
        place.Oracle.Sends(batch);
        connection.SendUp(PublishedEdits.ToFrame(publish with { Ref = batch.Ref }), () => place.Oracle.Arrives(batch));
    }

    /// <summary>The message as it answers the replica; <c>null</c> if it answers what the replica did not ask.</summary>
    public ServerMessage? ToReplica(ServerMessage message) => message switch
    {
        ServerMessage.Published published => _refs.TryGetValue(published.Ref, out var known) ? published with { Ref = known } : null,
        ServerMessage.Error { Ref: { } reference } error => _refs.TryGetValue(reference, out var known) ? error with { Ref = known } : null,
        _ => message,
    };

    /// <summary>An edit that has left the outbox counts as acknowledged: the replica has seen it in the stream.</summary>
    public void Settle(EventOutbox outbox)
    {
        var left = outbox.Events.Select(pending => pending.Key.Id.Value).ToHashSet();
        foreach (var edit in _edits.Values.Where(edit => !left.Contains(edit.Id))) edit.IsAcknowledged = true;
    }

    private Edit EditOf(EventDraft draft)
    {
        var id = draft.Key.Id.Value;
        if (_edits.TryGetValue(id, out var known)) return known;
        return _edits[id] = new Edit(place.Stream.Value, place.Link.Client, draft.ClientSeq, draft.PrecedingSeq!.Value.Value, draft.Op.ToString().ToLowerInvariant(), id);
    }
}

using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.LocalStores;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Clients;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Tests.Simulation.Replicas;

/// <summary>
/// The product's replica and outbox on a simulated device: its user edits, its process ends at any moment, also in a local commit, and the
/// network and the server are as bad as the world is. Each edit is of an object of its own, so that the oracle knows it wherever it turns up.
/// </summary>
internal sealed class ReplicaDevice : IClientEnd, ISimulatedDevice
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(30), LongestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan TickTime = TimeSpan.FromSeconds(0.7), LongestSilence = TimeSpan.FromSeconds(1.5);

    private readonly SimulatedPlace _place;
    private readonly Chance _chance;
    private readonly SeededIdSource _ids;
    private readonly SimulatedLocalDisk _disk = new();
    private readonly DevicePublishes _publishes;
    private readonly Dictionary<Seq, StreamEvent> _received = [];
    private readonly HashSet<string> _made = [];
    private readonly Func<LoadedStream, LoadedStream> _load;
    private ILocalStore _store;
    private StreamReplica _replica;
    private ClientIdentity _identity;
    private SimulatedConnection? _connection;
    private TimeSpan _heardAt, _tickAt, _editAt, _connectAt;
    private TimeSpan? _resumeAt;
    private ProtocolLimits? _limits;
    private string? _streamId;
    private bool _isSilenced;

    public ReplicaDevice(SimulatedPlace place, Func<LoadedStream, LoadedStream>? load = null)
    {
        _place = place;
        _load = load ?? (loaded => loaded);
        _chance = place.Context.Chance.For(place.Link.Client);
        _ids = new SeededIdSource(_chance);
        _identity = new ClientIdentity(ClientId.Parse(place.Link.Client), 0);
        _publishes = new DevicePublishes(place);
        (_store, _replica) = Open();
        Rest();
    }

    /// <summary>Does after each step what a wrong shell would do; nothing by default.</summary>
    public Action<StreamReplica, List<ReplicaOutput>> AfterStep { get; init; } = (_, _) => { };

    public void Silence() => _isSilenced = true;

    public void JudgeRest()
    {
        var stored = _place.Oracle.Find(_place.Stream.Value);
        var head = stored?.Count ?? 0;
        if (_replica.Outbox.Events.Any()) Break(Promise.Live, $"still has {string.Join(", ", _replica.Outbox.Events)}: {_replica.Trouble}");
        if (_replica.Head.Value != head) Break(Promise.Live, $"holds its stream up to {_replica.Head}, and the head is {head}");
        var times = Enumerable.Range(1, head).CountBy(seq => stored![seq].Id).ToDictionary();
        foreach (var id in _made.Where(id => times.GetValueOrDefault(id) != 1)) Break(Promise.ExactlyOnce, $"made {id} once, and it stands {times.GetValueOrDefault(id)} times in the stream");
        var (_, reopened) = Open();
        if (reopened.Confirmed.MergeHash() != Merged().MergeHash()) Break(Promise.Convergent, "has on its disk what the events of its stream do not make");
    }

    public void Connected(SimulatedConnection connection)
    {
        if (connection == _connection) connection.SendUp(PublishedEdits.ToFrame(new ClientMessage.Hello(_identity.Id, _identity.Session)));
    }

    public void Closed(SimulatedConnection connection)
    {
        if (connection == _connection) Disconnect();
    }

    public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame)
    {
        if (connection != _connection || _isSilenced) return;
        _heardAt = _place.Context.Now;
        var message = ServerMessageCodec.Parse(frame.Span);
        if (message is ServerMessage.Welcome welcome)
        {
            _limits = welcome.Limits;
            Do((replica, outputs) => replica.Connect(welcome.Limits, outputs));
        }
        else if (message is not null && _publishes.ToReplica(message) is { } known)
        {
            Take(known);
        }
    }

    private void Take(ServerMessage message)
    {
        if (message is ServerMessage.Subscribed subscribed) _streamId = subscribed.Id;
        if (message is ServerMessage.Events events)
        {
            foreach (var stored in events.Items) _received[stored.Seq] = stored;
        }
        var head = _replica.Head;
        Do((replica, outputs) => replica.Receive(message, outputs));
        for (var seq = head.Next; seq <= _replica.Head; seq = seq.Next) _place.Oracle.ReaderTakes(_place.Link.Client, _place.Stream.Value, _streamId!, DevicePublishes.Observe(_received[seq]));
    }

    private void Rest() => _place.Context.Timeline.After(_chance.Between(ShortestRest, LongestRest), () =>
    {
        if (_isSilenced) return;
        if (_place.Context.IsActive && _chance.Happens(0.02)) EndSoon();
        if (_place.Context.IsActive && _chance.Happens(0.01)) Restart();
        if (!_place.Context.IsActive) _disk.Fate = _ => LocalCommitFate.Succeeds;
        Step();
        Rest();
    });

    private void Step()
    {
        var now = _place.Context.Now;
        if (_place.Context.IsActive && now >= _editAt) Edit();
        if (_connection is null && now >= _connectAt) Connect();
        else if (_connection is not null && now - _heardAt > LongestSilence) Disconnect();   // what pings would find out
        else if (_resumeAt <= now && _limits is not null) Resume();
        else if (_limits is not null && now >= _tickAt) Tick();
    }

    private void Edit()
    {
        _editAt = _place.Context.Now + _chance.Between(TimeSpan.Zero, _place.Swarm.MaxRest);
        var count = _chance.Between(1, _place.Swarm.MaxBatch);
        long? batch = count > 1 ? _replica.NextBatch() : null;
        List<string> made = [.. Enumerable.Range(0, count).Select(_ => $"{_place.Link.Client}-{_ids.NewId()[..12]}")];
        Do((replica, outputs) =>
        {
            foreach (var id in made)
            {
                var op = _chance.Pick(EventOp.Insert, EventOp.Update, EventOp.Update, EventOp.Delete);
                replica.Edit(op, DevicePublishes.KeyOf(id), DevicePublishes.FieldsOf(op, id), batch, outputs);
            }
        });
        // An end of the process in the commit leaves all of them or none; which, the disk says.
        _made.UnionWith(made.Where(id => _replica.Outbox.Of(DevicePublishes.KeyOf(id)).Any()));
    }

    private void Connect() => Guarded(() =>
    {
        _identity = _identity.WithNextSession(_ids);
        Commit([_identity.Write()]);
        _place.Oracle.SessionBegins(_place.Link.Client, _identity.Session);
        _publishes.Begin(_identity.Session);
        (_heardAt, _tickAt, _resumeAt, _limits) = (_place.Context.Now, _place.Context.Now + TickTime, null, null);
        _connection = _place.Link.Connect(this);
    });

    private void Disconnect()
    {
        _connection?.CloseAtClient();
        (_connection, _limits) = (null, null);
        _connectAt = _place.Context.Now + _chance.Between(TimeSpan.Zero, _place.Swarm.MaxBackoff);
        _replica.Disconnect();
    }

    private void Resume()
    {
        _resumeAt = null;
        Do((replica, outputs) => replica.Resume(outputs));
    }

    private void Tick()
    {
        _tickAt = _place.Context.Now + TickTime;
        Do((replica, outputs) => replica.Tick(outputs));
    }

    private void Do(Action<StreamReplica, List<ReplicaOutput>> action) => Guarded(() =>
    {
        var outputs = new List<ReplicaOutput>();
        action(_replica, outputs);
        AfterStep(_replica, outputs);
        _replica.TrySend(outputs);
        Commit([.. outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row)]);
        _publishes.Settle(_replica.Outbox);
        foreach (var output in outputs) Do(output);
    });

    private void Do(ReplicaOutput output)
    {
        switch (output)
        {
            // This server fetches nothing; what is missing comes with the next connection.
            case ReplicaOutput.Send { Message: ClientMessage.Fetch }: Disconnect(); break;
            case ReplicaOutput.Send { Message: ClientMessage.Publish publish }: _publishes.Send(publish, _connection); break;
            case ReplicaOutput.Send send: _connection?.SendUp(PublishedEdits.ToFrame(send.Message)); break;
            case ReplicaOutput.TryLater: _resumeAt = _place.Context.Now + _chance.Between(ShortestRest, LongestRest); break;
            case ReplicaOutput.FoundCopy copy: Break(Promise.ExactlyOnce, $"gives its id up without need: {copy.Reason}"); break;
            case ReplicaOutput.StandsStill still: Break(Promise.SeenStays, $"is told that it has diverged: {still.Reason}"); break;
            case ReplicaOutput.Rejected rejected: Break(Promise.RightIsAccepted, $"is refused for good: {rejected.Refusal}"); break;
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (LocalStoreException)
        {
            Restart();
        }
    }

    private void EndSoon()
    {
        var fate = _chance.Pick(LocalCommitFate.CrashesBefore, LocalCommitFate.CrashesAfter);
        _disk.Fate = _ => fate;
    }

    private void Restart()
    {
        _place.Context.Trace.Note($"the process of {_place.Link.Client} ends and another begins");
        Disconnect();
        _disk.Fate = _ => LocalCommitFate.Succeeds;
        (_store, _replica) = Open();
        _publishes.Settle(_replica.Outbox);
    }

    private void Commit(IReadOnlyList<LocalWrite> writes)
    {
        if (writes.Count > 0) _store.CommitAsync(writes, default).AsTask().GetAwaiter().GetResult();
    }

    private (ILocalStore, StreamReplica) Open()
    {
        _disk.Crash();
        return OpenAsync().GetAwaiter().GetResult();   // completes before it returns
    }

    private async Task<(ILocalStore, StreamReplica)> OpenAsync()
    {
        var store = await _disk.OpenAsync(default);
        await foreach (var row in store.ReadAsync(LocalKind.Client, "", default)) _identity = ClientIdentity.Read(row.Value.Span);
        var loaded = LoadedStream.Empty(StreamSettings.Default);
        await foreach (var row in store.ReadAsync(LocalKind.Stream, "", default)) loaded = await LoadedStream.ReadAsync(store, row, default);
        var replica = new StreamReplica(_place.Stream, _identity.Id, _load(loaded), _ids);
        await store.CommitAsync([_identity.Write(), replica.FirstRow], default);
        return (store, replica);
    }

    private RecordSet Merged()
    {
        var merged = new RecordSet(StreamSettings.Default);
        for (var seq = Seq.First; seq <= _replica.Head; seq = seq.Next) merged.Apply(_received[seq]);
        return merged;
    }

    private void Break(Promise promise, string details) => _place.Context.Break(promise, $"{_place.Link.Client} {details}");
}

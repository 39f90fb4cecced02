using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.LocalStores;
using PendingEvent = Runnel.Client.Outbox.PendingEvent;

namespace Runnel.Client.Tests.Replica;

/// <summary>
/// A device: the real replica over a simulated local disk, with a connection whose every message the test carries. It does what the
/// replica wants in the order in which the client does it: what is written is durable before anything is said.
/// </summary>
internal sealed class Device
{
    private readonly TestHome _home;
    private readonly Func<LoadedStream, ClientIdentity, StreamReplica> _make;
    private ILocalStore _store;
    private ClientIdentity _identity;

    public Device(TestHome home, string name, SimulatedLocalDisk? disk = null, StreamSettings? settings = null, Func<LoadedStream, ClientIdentity, StreamReplica>? make = null)
    {
        _home = home;
        Settings = settings;
        _make = make ?? ((loaded, identity) => new StreamReplica(TestHome.Stream, identity.Id, loaded, IdSource.System));
        Disk = disk ?? new SimulatedLocalDisk();
        _identity = new ClientIdentity(ClientId.Parse(name), 0);
        (_store, Replica) = Open();
    }

    public SimulatedLocalDisk Disk { get; }

    public StreamSettings? Settings { get; }

    public StreamReplica Replica { get; private set; }

    public TestConnection? Connection { get; private set; }

    public ClientId Id => _identity.Id;

    /// <summary>What the replica wanted, beside writing, sending and showing.</summary>
    public List<ReplicaOutput> Notes { get; } = [];

    /// <summary>All connections that there were, oldest first.</summary>
    public List<TestConnection> Connections { get; } = [];

    /// <summary>What the device has published, frame by frame, over all connections.</summary>
    public IEnumerable<string> Published => Connections.SelectMany(connection => connection.Frames).Where(frame => frame.Contains("\"publish\"", StringComparison.Ordinal));

    public IReadOnlyList<PendingEvent> Outbox => [.. Replica.Outbox.Events];

    /// <summary>The text of an object's field as the app sees it; <c>null</c> if there is none.</summary>
    public string? Sees(string id, string field = "title")
    {
        if (Replica.Shown(Edits.Key(id)) is not { Exists: true } record) return null;
        return record.TryRead(FieldName.Parse(field), out var value) ? value.ToString() : null;
    }

    public void Insert(string id, string title = "milk") => Edit(EventOp.Insert, id, Edits.Set("title", title));

    public void Set(string id, string title, string field = "title") => Edit(EventOp.Update, id, Edits.Set(field, title));

    public void Delete(string id) => Edit(EventOp.Delete, id, EventFields.Empty);

    public void Edit(EventOp op, string id, EventFields fields, long? batch = null) => Do((replica, outputs) => replica.Edit(op, Edits.Key(id), fields, batch, outputs));

    /// <summary>Makes edits that stand or fall together.</summary>
    public void Batch(params (EventOp Op, string Id, EventFields Fields)[] edits)
    {
        var batch = Replica.NextBatch();
        var outputs = new List<ReplicaOutput>();
        foreach (var (op, id, fields) in edits) Replica.Edit(op, Edits.Key(id), fields, batch, outputs);
        Settle(outputs);
    }

    public void Retry(string id, EventDraft? edited = null) => Do((replica, outputs) => replica.Retry(replica.Outbox.RejectedOf(Edits.Key(id)).First(), draft => edited ?? draft, outputs));

    public void Discard(string id) => Do((replica, outputs) => replica.Discard(replica.Outbox.RejectedOf(Edits.Key(id)).First(), outputs));

    /// <summary>Loses an edit, as only a mistake would.</summary>
    public void Drop(PendingEvent pending)
    {
        Replica.Outbox.Remove(pending);
        Commit([new LocalWrite(new LocalKey(LocalKind.Pending, TestHome.Stream.Value, StreamReplica.RowName(pending.Place)), null)]);
    }

    /// <summary>Opens a connection: the session is stored first, then the stream is asked for.</summary>
    public void Connect()
    {
        Disconnect();
        if (_identity.Former.Count > 0) EndFormerIds();
        _identity = _identity.WithNextSession(IdSource.System);
        Commit([_identity.Write()]);
        Connection = _home.Connect(_identity.Id, _identity.Session);
        Connections.Add(Connection);
        Do((replica, outputs) => replica.Connect(_home.ClientLimits, outputs));
    }

    public void Disconnect()
    {
        Connection = null;
        Replica.Disconnect();
    }

    /// <summary>The server takes the device's oldest message.</summary>
    public void CarryUp() => _home.TakeNext(Connection!);

    /// <summary>The device takes the server's oldest message.</summary>
    public void CarryDown() => Take(Connection!.Down.Dequeue());

    public void Take(ServerMessage message) => Do((replica, outputs) => replica.Receive(message, outputs));

    /// <summary>Takes the stream as the server has it now; the connection is another one.</summary>
    public void StartOver()
    {
        Connection = null;
        Do((replica, outputs) => replica.StartOver(outputs));
    }

    public void Tick() => Do((replica, outputs) => replica.Tick(outputs));

    public void Resume() => Do((replica, outputs) => replica.Resume(outputs));

    /// <summary>Carries everything, both ways, until nothing is on its way.</summary>
    public void Sync()
    {
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 1_000_000, "It never comes to rest.");
            if (Connection is null) Connect();   // also after the id was given up
            if (Connection!.Up.Count > 0) CarryUp();
            else if (Connection.Down.Count > 0) CarryDown();
            else return;
        }
    }

    /// <summary>The process ends, and another one opens what is on the disk.</summary>
    public void Restart()
    {
        Connection = null;
        Disk.Crash();
        (_store, Replica) = Open();
    }

    /// <summary>Another device with a copy of this one's disk.</summary>
    public Device Clone() => new(_home, Id.Value, Disk.Copy(), Settings, _make);

    /// <summary>What the client does when a stream finds that its store is a copy: the former id is ended, and all goes on under a new id.</summary>
    public void GiveUpId()
    {
        TakeId(_identity.GivenUp(Replica.Outbox.PendingCount > 0, IdSource.System));
        EndFormerIds();
    }

    /// <summary>Ends the ids that were given up.</summary>
    public void EndFormerIds()
    {
        foreach (var former in _identity.Former)
        {
            var ending = _home.Connect(former.Id, former.Ended.Session);
            ending.Say(new ClientMessage.Publish(1, TestHome.Stream, []));
            _home.TakeNext(ending);
            Assert.Equal("invalid_message", Assert.IsType<ServerMessage.Error>(ending.Down.Dequeue()).Code);
        }
        _identity = _identity with { Former = [] };
        Commit([_identity.Write()]);
    }

    private void TakeId(ClientIdentity identity)
    {
        Disconnect();
        _identity = identity;
        var outputs = new List<ReplicaOutput>();
        Replica.GiveUpId(_identity.Id, outputs);
        Commit([_identity.Write(), .. outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row)]);
    }

    private void Do(Action<StreamReplica, List<ReplicaOutput>> action)
    {
        var outputs = new List<ReplicaOutput>();
        action(Replica, outputs);
        Settle(outputs);
    }

    private void Settle(List<ReplicaOutput> outputs)
    {
        Replica.TrySend(outputs);
        var writes = outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row).ToList();
        if (writes.Count > 0) Commit(writes);
        foreach (var send in outputs.OfType<ReplicaOutput.Send>()) Connection?.Say(send.Message);
        Notes.AddRange(outputs.Where(output => output is not (ReplicaOutput.Write or ReplicaOutput.Send or ReplicaOutput.Changed)));
        if (outputs.Exists(output => output is ReplicaOutput.FoundCopy)) GiveUpId();
        else if (outputs.Exists(output => output is ReplicaOutput.Superseded)) Disconnect();
        else if (_identity.IsHeir && Replica.Outbox.PendingCount == 0) TakeId(_identity.Parted(IdSource.System));
    }

    private void Commit(IReadOnlyList<LocalWrite> writes)
    {
        var commit = _store.CommitAsync(writes, TestContext.Current.CancellationToken).AsTask();
        Assert.True(commit.IsCompleted);
        commit.GetAwaiter().GetResult();
    }

    private (ILocalStore, StreamReplica) Open()
    {
        var opening = OpenAsync();
        Assert.True(opening.IsCompleted);
        return opening.GetAwaiter().GetResult();
    }

    private async Task<(ILocalStore, StreamReplica)> OpenAsync()
    {
        var store = await Disk.OpenAsync(TestContext.Current.CancellationToken);
        await foreach (var row in store.ReadAsync(LocalKind.Client, "", default)) _identity = ClientIdentity.Read(row.Value.Span);
        var loaded = LoadedStream.Empty(Settings ?? StreamSettings.Default);
        await foreach (var row in store.ReadAsync(LocalKind.Stream, "", default)) loaded = await LoadedStream.ReadAsync(store, row, default);
        var replica = _make(loaded, _identity);
        await store.CommitAsync([_identity.Write(), replica.FirstRow], default);
        return (store, replica);
    }
}

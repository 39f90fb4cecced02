using System.Buffers;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>
/// A simple client: connects, follows its streams, remembers everything it sees, and comes back with the next session whenever its
/// connection is gone or silent for too long.
/// </summary>
internal class Peer : IClientEnd
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(30), LongestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), LongestSilence = TimeSpan.FromSeconds(1.5), GapTime = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<StreamName, StreamMemory> _memories = [];
    private readonly SimulatedLink _link;
    private SimulatedConnection? _connection;
    private TimeSpan _connectAt, _connectedAt;
    private bool _isWelcome, _isSilenced;

    public Peer(SimulationContext context, SwarmSettings swarm, SimulationOracle oracle, SimulatedLink link, IEnumerable<StreamName> streams)
    {
        Context = context;
        Swarm = swarm;
        Oracle = oracle;
        Chance = context.Chance.For(link.Client);
        Client = ClientId.Parse(link.Client);
        _link = link;
        foreach (var stream in streams) _memories.Add(stream, new StreamMemory(stream));
        _connectAt = context.Now;
        Rest();
    }

    /// <summary>The client's id and name.</summary>
    public ClientId Client { get; }

    /// <summary>What it has seen.</summary>
    public IReadOnlyCollection<StreamMemory> Memories => _memories.Values;

    protected SimulationContext Context { get; }

    protected SwarmSettings Swarm { get; }

    protected SimulationOracle Oracle { get; }

    protected Chance Chance { get; }

    /// <summary>The number of the present connection, while there is one.</summary>
    protected int Connection => _connection!.Number;

    /// <summary>The session of the present connection, or of the last one.</summary>
    protected long Session { get; private set; }

    /// <summary>Does nothing more of its own.</summary>
    public void Silence() => _isSilenced = true;

    public void Connected(SimulatedConnection connection)
    {
        if (connection != _connection) return;
        Send(new ClientMessage.Hello(Client, SaysSession ? Session : null));
    }

    public void Closed(SimulatedConnection connection)
    {
        if (connection == _connection) Disconnect();
    }

    public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame)
    {
        if (connection != _connection || _isSilenced) return;
        var message = ServerMessageCodec.Parse(frame.Span);
        Context.Meet(message);
        Take(message);
        if (_isWelcome) Work();
    }

    /// <summary>Whether hello says a session, and so each connection begins one.</summary>
    protected virtual bool SaysSession => true;

    /// <summary>The settings to create a stream with, when subscribing; <c>null</c> to leave that to others.</summary>
    protected virtual StreamSettings? Creates(StreamName stream) => null;

    /// <summary>Does what is due beside following; the client is welcome.</summary>
    protected virtual void Work() { }

    /// <summary>A new connection is being made; nothing sent before it will be answered.</summary>
    protected virtual void Connects() { }

    /// <summary>A publish was answered: with seqs, or with why not.</summary>
    protected virtual void Answered(long reference, bool isPublished, string? code) { }

    /// <summary>Gives the connection up.</summary>
    protected void Disconnect()
    {
        _connection?.CloseAtClient();
        _connection = null;
        _isWelcome = false;
        _connectAt = Context.Now + Chance.Between(TimeSpan.Zero, Swarm.MaxBackoff);
        foreach (var memory in _memories.Values) memory.Disconnect();
    }

    /// <summary>Sends a message.</summary>
    protected void Send(ClientMessage message, Action? onArrival = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        ClientMessageCodec.Write(buffer, message);
        Send(buffer.WrittenMemory, onArrival);
    }

    /// <summary>Sends a frame.</summary>
    protected void Send(ReadOnlyMemory<byte> frame, Action? onArrival) => _connection?.SendUp(frame, onArrival);

    /// <summary>Opens a connection beside the client's own.</summary>
    protected SimulatedConnection ConnectBeside(IClientEnd end) => _link.Connect(end);

    private void Rest() => Context.Timeline.After(Chance.Between(ShortestRest, LongestRest), () =>
    {
        if (_isSilenced) return;
        if (_connection is null) Connect();
        else if (IsOutOfPatience()) Disconnect();
        else if (_isWelcome)
        {
            foreach (var memory in _memories.Values) KeepFollowing(memory);
            Work();
        }
        Rest();
    });

    private void Connect()
    {
        if (Context.Now < _connectAt) return;
        Session++;
        Oracle.SessionBegins(_link.Client, Session);
        _connectedAt = Context.Now;
        Connects();
        _connection = _link.Connect(this);
        Context.Trace.Note($"{_link.Client} connects: connection {_connection.Number}, session {Session}");
    }

    private bool IsOutOfPatience() =>
        (!_isWelcome && Context.Now - _connectedAt > Patience) || _memories.Values.Any(memory => Context.Now - memory.AskedAt > Patience);

    private void KeepFollowing(StreamMemory memory)
    {
        // Asked again when there was silence: a frame may have been lost, and nobody would say so.
        var isContent = memory.IsFollowing && !memory.HasGap && Context.Now - memory.HeardAt < LongestSilence;
        if (memory.AskedAt is null && Context.Now >= memory.AskAt && !isContent) Subscribe(memory);
    }

    private void Subscribe(StreamMemory memory)
    {
        memory.AskedAt = Context.Now;
        Send(new ClientMessage.Subscribe(memory.Stream, new Seq(memory.Seen.Count), memory.Id is null && !memory.IsMadeOtherwise ? Creates(memory.Stream) : null, memory.Id));
    }

    private void Take(ServerMessage message)
    {
        switch (message)
        {
            case ServerMessage.Welcome:
                _isWelcome = true;
                foreach (var memory in _memories.Values) KeepFollowing(memory);
                break;
            case ServerMessage.Subscribed subscribed: Follow(_memories[subscribed.Stream], subscribed.Id); break;
            case ServerMessage.Events events: Take(events, _memories[events.Stream]); break;
            case ServerMessage.Published published: Answered(published.Ref, isPublished: true, null); break;
            case ServerMessage.Error { Ref: { } reference } error: Answered(reference, isPublished: false, error.Code); break;
            case ServerMessage.Error { Stream: { } stream } error: NotFollowing(_memories[StreamName.Parse(stream)], error); break;
        }
    }

    private void Follow(StreamMemory memory, string id)
    {
        memory.HeardAt = Context.Now;
        memory.Id ??= id;
        memory.IsFollowing = memory.IsKnown = true;
        memory.AskedAt = null;
    }

    private void Take(ServerMessage.Events events, StreamMemory memory)
    {
        memory.HeardAt = Context.Now;
        if (memory.Id is null) return;   // overtook the answer that says whose events these are
        foreach (var item in events.Items)
        {
            var told = Observe(item);
            if (told.Seq <= memory.Seen.Count) SeeAgain(told, memory);
            else Keep(told, memory);
            while (memory.Waiting.Remove(memory.Seen.Count + 1, out var next)) See(next, memory);
        }
    }

    private void See(ObservedEvent told, StreamMemory memory)
    {
        memory.Seen.Add(told);
        Oracle.ReaderTakes(_link.Client, memory.Stream.Value, memory.Id!, told);
    }

    private void SeeAgain(ObservedEvent told, StreamMemory memory)
    {
        Context.Reach(Landmark.SeenAgain);
        var seen = memory.Seen[(int)told.Seq - 1];
        if (seen != told) Context.Break(Promise.SeenStays, $"{Client} has seen {seen} in {memory.Stream}, and now {told}");
    }

    private void Keep(ObservedEvent told, StreamMemory memory)
    {
        memory.Waiting[told.Seq] = told;
        if (told.Seq == memory.Seen.Count + 1) return;
        Context.Reach(Landmark.GapNoticed);
        if (memory.Waiting.Count == 1) memory.AskAt = Context.Now + GapTime;   // what is missing may be on its way
    }

    private void NotFollowing(StreamMemory memory, ServerMessage.Error error)
    {
        memory.IsFollowing = false;
        memory.AskedAt = null;
        memory.AskAt = Context.Now + Chance.Between(ShortestRest, LongestRest);
        if (error.Code == "unknown_stream" && memory.Id is null) memory.IsKnown = true;
        else if (error.Code == "settings_conflict") memory.IsMadeOtherwise = true;
        else if (Oracle.WasDeleted(memory.Stream.Value) && error.Code is "gone" or "diverged" or "unknown_stream") LearnGone(memory, error.Code);
        // An answer from before the stream was there may come late; one that is lost in truth is missed in the end.
        else if (!error.IsRetryable && error.Code != "unknown_stream") Context.Break(Promise.SeenStays, $"{Client} holds {memory.Seen.Count} events of {memory.Stream}, id {memory.Id}, and is refused: {error.Code}, {error.Message}");
    }

    private void LearnGone(StreamMemory memory, string code)
    {
        Context.Reach(code == "gone" ? Landmark.ReaderToldGone : Landmark.ReaderFoundGone);
        memory.Forget();
        Disconnect();   // frames of the old stream may be on their way, and do not say that they are
    }

    private static ObservedEvent Observe(StreamEvent item) => new(
        item.Seq.Value, item.Client.Value, item.Event.ClientSeq, item.Event.PrecedingSeq.Value, item.Event.Op.ToString().ToLowerInvariant(),
        item.Event.Key.Collection.Value, item.Event.Key.Id.Value, item.Event.Fields.Wire.ToString());
}

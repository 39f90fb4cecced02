using System.Buffers;
using System.Threading.Channels;
using Runnel.Client.Transport;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Tests.Devices;

/// <summary>One stream at a server that does what the protocol asks for, in memory, and refuses what a test wants refused.</summary>
internal sealed class SmallServer(StreamSettings? settings = null)
{
    private readonly Lock _gate = new();
    private readonly List<StreamEvent> _events = [];
    private readonly Dictionary<ClientId, (long Seq, string? Nonce)> _last = [];
    private readonly List<Connection> _connections = [];

    /// <summary>Why an event is refused for good; <c>null</c> to take it.</summary>
    public Func<EventDraft, string?> Refuses { get; set; } = _ => null;

    public StreamSettings Settings { get; } = settings ?? StreamSettings.Default;

    /// <summary>The stream so far.</summary>
    public IReadOnlyList<StreamEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    /// <summary>How many events each publish that was taken held.</summary>
    public List<int> Batches { get; } = [];

    public Seq Head => new(Events.Count);

    /// <summary>A way to the server, which can be cut.</summary>
    public Wire NewWire() => new(this);

    private void Receive(Connection from, ClientMessage message)
    {
        lock (_gate)
        {
            switch (message)
            {
                case ClientMessage.Hello hello:
                    from.Client = hello.Client;
                    from.Say(new ServerMessage.Welcome(1, new ProtocolLimits(65_536, 1_000, 1_048_576, 1_000)));
                    break;
                case ClientMessage.Subscribe subscribe:
                    from.Stream = subscribe.Stream;
                    var (last, nonce) = _last.GetValueOrDefault(from.Client);
                    from.Say(new ServerMessage.Subscribed(subscribe.Stream, "the-stream", new Seq(_events.Count), Settings, last, nonce));
                    if (subscribe.After.Value < _events.Count) from.SayEvents(subscribe.After.Next, _events[(int)subscribe.After.Value..]);
                    break;
                case ClientMessage.Publish publish: Publish(from, publish); break;
            }
        }
    }

    private void Publish(Connection from, ClientMessage.Publish publish)
    {
        if (publish.Events.Select(Refuses).FirstOrDefault(reason => reason is not null) is { } reason)
        {
            from.Say(new ServerMessage.Error(publish.Ref, publish.Stream.Value, "forbidden", reason, false));
            return;
        }
        var first = new Seq(_events.Count + 1);
        Assert.Equal(_last.GetValueOrDefault(from.Client).Seq + 1, publish.Events[0].ClientSeq);
        foreach (var draft in publish.Events)
        {
            _events.Add(new StreamEvent(new Seq(_events.Count + 1), from.Client, default, draft.Complete(0, Seq.None)));
        }
        _last[from.Client] = (publish.Events[^1].ClientSeq!.Value, publish.Nonce);
        Batches.Add(publish.Events.Count);
        from.Say(new ServerMessage.Published(publish.Ref, publish.Stream, [.. _events[(int)(first.Value - 1)..].Select(stored => stored.Seq)]));
        foreach (var connection in _connections.Where(connection => connection.Stream is not null)) connection.SayEvents(first, _events[(int)(first.Value - 1)..]);
    }

    /// <summary>A way to the server.</summary>
    internal sealed class Wire(SmallServer server) : ITransport
    {
        private Connection? _connection;

        public bool IsUp { get; private set; }

        public void Plug() => IsUp = true;

        public void Cut()
        {
            IsUp = false;
            _connection?.End();
        }

        public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken)
        {
            if (!IsUp) throw new TransportException("The cable is cut.");
            lock (server._gate) server._connections.Add(_connection = new Connection(server));
            return ValueTask.FromResult<ITransportConnection>(_connection);
        }
    }

    private sealed class Connection(SmallServer server) : ITransportConnection
    {
        private readonly Channel<ReadOnlyMemory<byte>> _said = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

        public ClientId Client { get; set; }

        public StreamName? Stream { get; set; }

        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            server.Receive(this, ClientMessageCodec.Parse(message.Span));
            return ValueTask.CompletedTask;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken) =>
            await _said.Reader.WaitToReadAsync(cancellationToken) && _said.Reader.TryRead(out var message) ? message : null;

        public void Say(ServerMessage message)
        {
            var output = new ArrayBufferWriter<byte>();
            ServerMessageCodec.Write(output, message);
            _said.Writer.TryWrite(output.WrittenMemory);
        }

        public void SayEvents(Seq from, List<StreamEvent> events)
        {
            var output = new ArrayBufferWriter<byte>();
            EventFrame.WriteEvents(output, Stream!.Value, from, events[^1].Seq, events.Select(stored =>
            {
                var text = new ArrayBufferWriter<byte>();
                EventCodec.Write(text, stored);
                return text.WrittenMemory;
            }));
            _said.Writer.TryWrite(output.WrittenMemory);
        }

        public void End() => _said.Writer.TryComplete();

        public ValueTask DisposeAsync()
        {
            lock (server._gate) server._connections.Remove(this);
            End();
            return ValueTask.CompletedTask;
        }
    }
}

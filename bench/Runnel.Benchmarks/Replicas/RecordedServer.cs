using System.Buffers;
using System.Threading.Channels;
using Runnel.Client.Transport;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Benchmarks.Replicas;

/// <summary>
/// A server with one stream in memory: hands it out frame by frame, and takes what is published. What a connection costs is left out,
/// what its messages cost to read and to write is not.
/// </summary>
internal sealed class RecordedServer(History history) : ITransport
{
    private static readonly ProtocolLimits Limits = new(64 * 1024, 1_000, 1024 * 1024, 1_000);

    private readonly List<ReadOnlyMemory<byte>> _frames = [.. history.Frames(Seq.None)];

    /// <summary>How many events were published.</summary>
    public int EventsTaken { get; private set; }

    /// <summary>How many bytes all publishes had.</summary>
    public long BytesTaken { get; private set; }

    public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<ITransportConnection>(new Connection(this));

    private sealed class Connection(RecordedServer server) : ITransportConnection
    {
        private readonly Channel<ReadOnlyMemory<byte>> _said = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        private ClientId _client;
        private long _lastClientSeq;

        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            switch (ClientMessageCodec.Parse(message.Span))
            {
                case ClientMessage.Hello hello:
                    _client = hello.Client;
                    Say(new ServerMessage.Welcome(1, Limits));
                    break;
                case ClientMessage.Subscribe subscribe: Subscribe(subscribe.After); break;
                case ClientMessage.Publish publish:
                    server.EventsTaken += publish.Events.Count;
                    server.BytesTaken += message.Length;
                    Publish(publish);
                    break;
            }
            return ValueTask.CompletedTask;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken) =>
            await _said.Reader.WaitToReadAsync(cancellationToken) && _said.Reader.TryRead(out var message) ? message : null;

        public ValueTask DisposeAsync()
        {
            _said.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        private void Subscribe(Seq after)
        {
            Say(new ServerMessage.Subscribed(History.Stream, "the-stream", new Seq(server.Count), StreamSettings.Default, 0, null));
            foreach (var frame in after.IsNone ? server._frames : server.History.Frames(after)) _said.Writer.TryWrite(frame);
        }

        private void Publish(ClientMessage.Publish publish)
        {
            var from = server.Count;
            foreach (var draft in publish.Events)
            {
                var made = draft.Complete(++_lastClientSeq, new Seq(from));
                server.History.Add(new StreamEvent(new Seq(server.Count + 1), _client, DateTimeOffset.UnixEpoch, made));
            }
            Say(new ServerMessage.Published(publish.Ref, History.Stream, [.. Enumerable.Range(from + 1, publish.Events.Count).Select(seq => new Seq(seq))]));
            _said.Writer.TryWrite(server.History.Frame(from, server.Count));
        }

        private void Say(ServerMessage message)
        {
            var output = new ArrayBufferWriter<byte>();
            ServerMessageCodec.Write(output, message);
            _said.Writer.TryWrite(output.WrittenMemory);
        }
    }

    private History History => history;

    private int Count => history.Events.Count;
}

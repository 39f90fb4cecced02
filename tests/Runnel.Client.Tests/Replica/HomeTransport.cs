using System.Buffers;
using System.Threading.Channels;
using Runnel.Client.Transport;
using Runnel.Protocol;

namespace Runnel.Client.Tests.Replica;

/// <summary>Connections to a <see cref="TestHome"/> that takes what is said to it at once.</summary>
internal sealed class HomeTransport(TestHome home) : ITransport
{
    public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken) => ValueTask.FromResult<ITransportConnection>(new Connection(home));

    private sealed class Connection(TestHome home) : ITransportConnection
    {
        private readonly Channel<ReadOnlyMemory<byte>?> _said = Channel.CreateUnbounded<ReadOnlyMemory<byte>?>();
        private TestConnection? _connection;

        public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            var said = ClientMessageCodec.Parse(message.Span);
            if (said is ClientMessage.Hello hello)
            {
                _connection = home.Connect(hello.Client, hello.Session ?? 0);
                Answer(new ServerMessage.Welcome(1, home.ClientLimits));
                return ValueTask.CompletedTask;
            }
            _connection!.Say(said);
            home.TakeNext(_connection);
            while (_connection.Down.TryDequeue(out var answer)) Answer(answer);
            return ValueTask.CompletedTask;
        }

        public ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken) => _said.Reader.ReadAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            _said.Writer.TryWrite(null);
            return ValueTask.CompletedTask;
        }

        private void Answer(ServerMessage answer)
        {
            var buffer = new ArrayBufferWriter<byte>();
            ServerMessageCodec.Write(buffer, answer);
            _said.Writer.TryWrite(buffer.WrittenMemory);
        }
    }
}

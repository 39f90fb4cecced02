using System.Buffers;
using System.Threading.Channels;
using Runnel.Client.Transport;
using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>One connection, from hello to its end: what is said leaves in order, what the server says is read one by one.</summary>
internal sealed class ServerLink(ITransportConnection connection) : IAsyncDisposable
{
    // Far more than a client has under way; a link that is this far behind is as good as dead.
    private const int MaxWaiting = 8_192;

    private readonly Channel<ClientMessage> _waiting = Channel.CreateBounded<ClientMessage>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Says something; dropped if the link has ended, as it would be on the wire.</summary>
    public void Say(ClientMessage message)
    {
        if (!_waiting.Writer.TryWrite(message)) _waiting.Writer.TryComplete();
    }

    /// <summary>Sends what is said, until the link ends.</summary>
    /// <exception cref="TransportException">The connection is lost.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await foreach (var message in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            buffer.ResetWrittenCount();
            ClientMessageCodec.Write(buffer, message);
            await connection.SendAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the server's next message; <c>null</c> once the connection has ended. Messages of later versions are passed over.</summary>
    public async ValueTask<ServerMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } utf8)
        {
            if (Read(utf8.Span) is { } message) return message;
        }
        return null;
    }

    /// <summary>Ends the link.</summary>
    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        return connection.DisposeAsync();
    }

    private static ServerMessage? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return ServerMessageCodec.Parse(utf8);
        }
        catch (FormatException fault)
        {
            return UnreadableMessage.Judge(utf8, fault);
        }
    }
}

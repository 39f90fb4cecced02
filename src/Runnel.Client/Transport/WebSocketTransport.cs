using System.Net.WebSockets;

namespace Runnel.Client.Transport;

/// <summary>Reaches the server by WebSocket, subprotocol <c>runnel.v1.json</c>.</summary>
public sealed class WebSocketTransport : ITransport
{
    private readonly Uri _address;

    /// <summary>Makes a transport to the server at <paramref name="server"/>, such as <c>https://example.org</c>.</summary>
    /// <exception cref="ArgumentException">The address is not one of http, https, ws or wss.</exception>
    public WebSocketTransport(Uri server)
    {
        var scheme = server.Scheme switch
        {
            "http" or "ws" => "ws",
            "https" or "wss" => "wss",
            _ => throw new ArgumentException($"A server's address begins with http:// or https://, not {server.Scheme}://.", nameof(server)),
        };
        _address = new UriBuilder(server) { Scheme = scheme, Path = server.AbsolutePath.TrimEnd('/') + "/v1/sync" }.Uri;
    }

    /// <summary>How often the server is pinged; a browser does not ping.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the server may take to answer a ping before the connection is given up: with the default, as the server does, after a minute of silence.</summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <inheritdoc/>
    public async ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("runnel.v1.json");
        if (!OperatingSystem.IsBrowser())
        {
            socket.Options.KeepAliveInterval = PingInterval;
            socket.Options.KeepAliveTimeout = PongTimeout;
        }
        try
        {
            await socket.ConnectAsync(_address, cancellationToken).ConfigureAwait(false);
            return new Connection(socket);
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            throw new TransportException($"{_address.Host}:{_address.Port} cannot be reached: {exception.InnerException?.Message ?? exception.Message}", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class Connection(ClientWebSocket socket) : ITransportConnection
    {
        private byte[] _buffer = new byte[8192];

        public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is WebSocketException or InvalidOperationException)
            {
                throw new TransportException($"The connection was lost: {exception.Message}", exception);
            }
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
        {
            var count = 0;
            while (true)
            {
                if (count == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
                if (await ReceivePartAsync(count, cancellationToken).ConfigureAwait(false) is not { MessageType: not WebSocketMessageType.Close } part) return null;
                count += part.Count;
                if (part.EndOfMessage) return _buffer.AsMemory(0, count);
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        private async ValueTask<ValueWebSocketReceiveResult?> ReceivePartAsync(int count, CancellationToken cancellationToken)
        {
            try
            {
                return await socket.ReceiveAsync(_buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            }
            catch (WebSocketException)
            {
                return null;   // lost, which is one of the ways in which a connection ends
            }
        }
    }
}

using System.Net.WebSockets;
using System.Text;

namespace Runnel.Cli.Bench;

/// <summary>A lean socket of the load: it looks only at what is counted, so that the load's own work stays small.</summary>
internal sealed class LoadSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer;
    private GatheringStream? _stream;

    private LoadSocket(int bufferBytes) => _buffer = new byte[bufferBytes];

    /// <summary>Opens a socket to <paramref name="path"/>.</summary>
    public static async Task<LoadSocket> OpenAsync(Uri server, string path, int bufferBytes, CancellationToken cancellationToken)
    {
        var load = new LoadSocket(bufferBytes);
        load._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        using var handler = new SocketsHttpHandler { ConnectCallback = async (to, cancelled) => load._stream = await GatheringStream.ConnectAsync(to.DnsEndPoint, cancelled).ConfigureAwait(false) };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await load._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, invoker, cancellationToken).ConfigureAwait(false);
        return load;
    }

    /// <summary>Opens a socket, says hello and, if a stream is given, subscribes from its head on.</summary>
    public static async Task<LoadSocket> OpenSyncAsync(Uri server, string client, string? stream, long after, CancellationToken cancellationToken, int bufferBytes = 16 * 1024)
    {
        var load = await OpenAsync(server, "/v1/sync", bufferBytes, cancellationToken).ConfigureAwait(false);
        await load.SayAsync($$"""{"type":"hello","client":"{{client}}"}""", cancellationToken).ConfigureAwait(false);
        await load.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (stream is null) return load;
        await load.SayAsync($$"""{"type":"subscribe","stream":"{{stream}}","after":{{after}},"create":{} }""", cancellationToken).ConfigureAwait(false);
        await load.ReadAsync(cancellationToken).ConfigureAwait(false);
        return load;
    }

    /// <summary>From now on what is said leaves in one write once a read has to wait, as a client with much to say would have it.</summary>
    public void Gather() => _stream!.IsGathering = true;

    /// <summary>Sends a message.</summary>
    public ValueTask SayAsync(string message, CancellationToken cancellationToken) => SayAsync(Encoding.UTF8.GetBytes(message), cancellationToken);

    /// <summary>Sends a message.</summary>
    public ValueTask SayAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();   // a cancelled read has ended the socket, which would be reported as a fault
        return _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
    }

    /// <summary>Reads a message; of a long one, only the beginning is kept. The bytes are good until the next read.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Beginning, long Bytes)> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = ReceiveAsync(_buffer.AsMemory(), cancellationToken);
        if (!reading.IsCompleted) await _stream!.SendGatheredAsync(cancellationToken).ConfigureAwait(false);
        var part = await reading.ConfigureAwait(false);
        var (kept, bytes) = (part.Count, (long)part.Count);
        while (!part.EndOfMessage)
        {
            // What does not fit is read over the end of what is kept: only its length counts.
            var rest = kept < _buffer.Length ? _buffer.AsMemory(kept) : _buffer.AsMemory(_buffer.Length / 2);
            part = await ReceiveAsync(rest, cancellationToken).ConfigureAwait(false);
            if (kept < _buffer.Length) kept += part.Count;
            bytes += part.Count;
        }
        return (_buffer.AsMemory(0, kept), bytes);
    }

    private ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();   // as above
        return _socket.ReceiveAsync(buffer, cancellationToken);
    }

    public void Dispose() => _socket.Dispose();
}

using System.Buffers;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Runnel.Protocol;
using Runnel.Server.Sync;

namespace Runnel.AspNetCore.Sync;

/// <summary>Carries a <see cref="SyncConnection"/> over a WebSocket: one loop reads, one writes, and both end with the socket.</summary>
internal sealed partial class SyncSocket(
    WebSocket socket, GatheringStream stream, SyncConnection connection, SyncOptions options, int maxMessageBytes, TimeProvider time, ILogger logger) : ISyncSink
{
    // How long a peer that is told goodbye may take to answer it.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ended = new();

    public int GatheredBytes => stream.Count;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>Serves the socket until it closes, or until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var hello = time.CreateTimer(_ => CloseUnlessHello(), null, options.HelloTimeout, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        await using var stop = stopping.Register(() => Close(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping.")).ConfigureAwait(false);
        var sending = SendAsync();
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogLost(exception.Message);
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            socket.Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            // An empty read waits without holding a buffer: most connections are idle most of the time.
            await socket.ReceiveAsync(Memory<byte>.Empty, _ended.Token).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent(4096);
            try
            {
                (buffer, var message) = await ReadMessageAsync(buffer).ConfigureAwait(false);
                if (message.MessageType == WebSocketMessageType.Close)
                {
                    await GoodbyeAsync().ConfigureAwait(false);
                    return;
                }
                await HandleAsync(message, buffer).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask HandleAsync(ValueWebSocketReceiveResult message, byte[] buffer)
    {
        if (socket.State != WebSocketState.Open) return;   // we have said goodbye; what still comes in is dropped
        if (message.Count > maxMessageBytes) Close(WebSocketCloseStatus.MessageTooBig, $"A message has at most {maxMessageBytes} bytes.");
        else if (message.MessageType == WebSocketMessageType.Text) await connection.ReceiveAsync(buffer.AsMemory(0, message.Count), _ended.Token).ConfigureAwait(false);
        else connection.Refuse(new Refusal(ErrorCode.InvalidMessage, "Messages of runnel.v1.json are text, not binary."));
    }

    /// <summary>Reads one message into a buffer that grows with it, but never beyond one byte over the limit.</summary>
    private async ValueTask<(byte[] Buffer, ValueWebSocketReceiveResult Message)> ReadMessageAsync(byte[] buffer)
    {
        var count = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(count), _ended.Token).ConfigureAwait(false);
            count += part.Count;
            if (part.EndOfMessage || count > maxMessageBytes) return (buffer, new ValueWebSocketReceiveResult(count, part.MessageType, part.EndOfMessage));
            if (count < buffer.Length) continue;
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, maxMessageBytes + 1));
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await connection.WaitToSendAsync(_ended.Token).ConfigureAwait(false);
                for (var more = true; more;)
                {
                    stream.BeginGathering();
                    more = await connection.SendAsync(this, _ended.Token).ConfigureAwait(false);
                    await FlushAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogLost(exception.Message);
            socket.Abort();
        }
    }

    /// <summary>Sends what was gathered; a peer that takes nothing for too long is cut off, as it could not be told anything.</summary>
    private async ValueTask FlushAsync()
    {
        var flushing = stream.SendGatheredAsync(_ended.Token);
        if (flushing.IsCompletedSuccessfully) return;
        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        await using var abort = timeout.Token.Register(socket.Abort).ConfigureAwait(false);
        await flushing.ConfigureAwait(false);
    }

    private void CloseUnlessHello()
    {
        if (!connection.HasSaidHello) Close(WebSocketCloseStatus.PolicyViolation, $"Say hello within {options.HelloTimeout.TotalSeconds:0} s.");
    }

    /// <summary>Says goodbye with a reason, and cuts the peer off if it does not answer.</summary>
    private void Close(WebSocketCloseStatus status, string reason)
    {
        LogClosing(reason);
        _ = CloseAsync(status, reason);
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, time);
        await using var abort = timeout.Token.Register(socket.Abort).ConfigureAwait(false);
        try
        {
            await socket.CloseOutputAsync(status, reason, timeout.Token).ConfigureAwait(false);
            await Task.Delay(CloseTimeout, time, _ended.Token).ConfigureAwait(false);
            socket.Abort();
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer was quicker: the socket has ended, as it should.
        }
    }

    private async ValueTask GoodbyeAsync()
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, _ended.Token).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1301, LogLevel.Debug, "A connection was lost: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(1302, LogLevel.Information, "Closing a connection: {Reason}")]
    private partial void LogClosing(string reason);
}

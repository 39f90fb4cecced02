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
    private readonly CancellationTokenSource _closing = new();
    private Goodbye? _goodbye;
    private ITimer? _cutOff;

    public int GatheredBytes => stream.Count;

    private bool IsClosing => Volatile.Read(ref _goodbye) is not null;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        UnlessStuckAsync(socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken));

    /// <summary>Serves the socket until it closes, or until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using var hello = time.CreateTimer(_ => CloseUnlessHello(), null, options.HelloTimeout, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        await using var stop = stopping.Register(() => Close(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping.")).ConfigureAwait(false);
        var sending = SendAsync();
        try
        {
            await ReceiveAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            LogLost(exception.Message);
            await DrainAsync().ConfigureAwait(false);
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await _closing.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            _cutOff?.Dispose();
        }
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            // An empty read waits without holding a buffer: most connections are idle most of the time.
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, _ended.Token).ConfigureAwait(false);
            if (first.MessageType == WebSocketMessageType.Close) break;
            if (first.EndOfMessage) await HandleAsync(first.MessageType, ReadOnlyMemory<byte>.Empty).ConfigureAwait(false);
            else if (!await ReadMessageAsync().ConfigureAwait(false)) break;
        }
        // Answered with what the peer said, unless it is itself the answer to our own goodbye.
        Close(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription ?? "");
    }

    /// <summary>Reads one message and has it handled; false if the peer said goodbye amid it.</summary>
    private async ValueTask<bool> ReadMessageAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var (count, isTooBig) = (0, false);
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(count), _ended.Token).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close) return false;
                count += part.Count;
                if (count > maxMessageBytes)
                {
                    Close(WebSocketCloseStatus.MessageTooBig, $"A message has at most {maxMessageBytes} bytes.");
                    (count, isTooBig) = (0, true);   // the rest of it is read and dropped
                }
                if (part.EndOfMessage)
                {
                    if (!isTooBig) await HandleAsync(part.MessageType, buffer.AsMemory(0, count)).ConfigureAwait(false);
                    return true;
                }
                if (count == buffer.Length) buffer = Grow(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, maxMessageBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async ValueTask HandleAsync(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (IsClosing) return;   // we have said goodbye; what still comes in is dropped
        if (type == WebSocketMessageType.Text) await connection.ReceiveAsync(message, _ended.Token).ConfigureAwait(false);
        else connection.Refuse(new Refusal(ErrorCode.InvalidMessage, "Messages of runnel.v1.json are text, not binary."));
    }

    private async Task SendAsync()
    {
        try
        {
            while (!IsClosing)
            {
                await WaitToSendAsync().ConfigureAwait(false);
                for (var more = true; more && !IsClosing;)
                {
                    stream.BeginGathering();
                    more = await connection.SendAsync(this, _ended.Token).ConfigureAwait(false);
                    await UnlessStuckAsync(stream.SendGatheredAsync(_ended.Token)).ConfigureAwait(false);
                }
            }
            await SayGoodbyeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)   // whatever it is, the reader must learn that nothing will be sent any more
        {
            if (IsLoss(exception)) LogLost(exception.Message);
            else LogFault(exception);
            if (!stream.HasSaidGoodbye) stream.CutOff();
            await _ended.CancelAsync().ConfigureAwait(false);   // it may be waiting for room, which nobody will make any more
        }
    }

    private async ValueTask WaitToSendAsync()
    {
        try
        {
            await connection.WaitToSendAsync(_closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ended.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Waits for bytes to leave; a peer that takes nothing for too long is cut off, as it could not be told anything.</summary>
    private async ValueTask UnlessStuckAsync(ValueTask sending)
    {
        if (!sending.IsCompletedSuccessfully)
        {
            await using var timeout = time.CreateTimer(_ => CutOff("It takes nothing."), null, options.SendTimeout, Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }
    }

    private async ValueTask SayGoodbyeAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        await socket.CloseOutputAsync(_goodbye!.Status, _goodbye.Reason, _ended.Token).ConfigureAwait(false);
    }

    private void CloseUnlessHello()
    {
        if (!connection.HasSaidHello) Close(WebSocketCloseStatus.PolicyViolation, $"Say hello within {options.HelloTimeout.TotalSeconds:0} s.");
    }

    /// <summary>
    /// Has the writer say goodbye once it is done with what it is writing, so that no message follows it; and cuts the peer off if it
    /// does not answer in time. Only the first goodbye counts.
    /// </summary>
    private void Close(WebSocketCloseStatus status, string reason)
    {
        if (Interlocked.CompareExchange(ref _goodbye, new Goodbye(status, reason), null) is not null) return;
        LogClosing((int)status, reason);
        _cutOff = time.CreateTimer(_ => CutOff("It does not answer our goodbye."), null, CloseTimeout, Timeout.InfiniteTimeSpan);
        _closing.Cancel();
    }

    private void CutOff(string why)
    {
        LogCutOff(why);
        stream.CutOff();
        _ended.Cancel();
    }

    /// <summary>After a goodbye to a peer that cannot be understood: to end with its words unread would take the goodbye back.</summary>
    private async ValueTask DrainAsync()
    {
        if (!stream.HasSaidGoodbye) return;
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout, time);
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, timeout.Token).ConfigureAwait(false) > 0) { }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            LogLost(exception.Message);
        }
    }

    private static bool IsLoss(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    [LoggerMessage(1301, LogLevel.Debug, "A connection was lost: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(1302, LogLevel.Debug, "Closing a connection with {Status}: {Reason}")]
    private partial void LogClosing(int status, string reason);

    [LoggerMessage(1303, LogLevel.Information, "Cutting a connection off: {Reason}")]
    private partial void LogCutOff(string reason);

    [LoggerMessage(1304, LogLevel.Error, "A connection could not be written to")]
    private partial void LogFault(Exception exception);

    private sealed record Goodbye(WebSocketCloseStatus Status, string Reason);
}

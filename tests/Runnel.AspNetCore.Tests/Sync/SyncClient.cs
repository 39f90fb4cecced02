using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A well-behaved WebSocket client that says what a test tells it and hands out what comes back, message by message.</summary>
internal sealed class SyncClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly LinkedList<JsonElement> _unread = [];
    private byte[] _buffer = new byte[4096];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    /// <summary>Connects and, unless <paramref name="client"/> is null, says hello and waits for the welcome.</summary>
    public static async Task<SyncClient> ConnectAsync(Uri server, string? client, long? session = null)
    {
        var connection = new SyncClient();
        connection._socket.Options.AddSubProtocol("runnel.v1.json");
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/v1/sync" }.Uri;
        await connection._socket.ConnectAsync(address, TestContext.Current.CancellationToken).Bounded();
        if (client is null) return connection;
        await connection.SendAsync($$"""{"type":"hello","client":"{{client}}"{{(session is null ? "" : $",\"session\":{session}")}}}""");
        await connection.ReceiveAsync("welcome");
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, TestContext.Current.CancellationToken).Bounded();

    /// <summary>The next message of <paramref name="type"/>; those of other types are kept.</summary>
    public async Task<JsonElement> ReceiveAsync(string type)
    {
        for (var node = _unread.First; node is not null; node = node.Next)
        {
            if (node.Value.GetProperty("type").GetString() != type) continue;
            _unread.Remove(node);
            return node.Value;
        }
        while (true)
        {
            var message = await ReadAsync() ?? throw new InvalidOperationException($"Closed ({CloseStatus}: {CloseReason}) while a message of type {type} was due; unread: {string.Join('\n', _unread)}");
            if (message.GetProperty("type").GetString() == type) return message;
            _unread.AddLast(message);
        }
    }

    /// <summary>The seqs of the next <c>events</c> frames of <paramref name="stream"/>, up to <paramref name="to"/>.</summary>
    public async Task<List<long>> ReceiveEventsAsync(string stream, long to)
    {
        var seqs = new List<long>();
        while (seqs.Count == 0 || seqs[^1] < to)
        {
            var frame = await ReceiveAsync("events");
            if (frame.GetProperty("stream").GetString() != stream) continue;
            seqs.AddRange(frame.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("seq").GetInt64()));
        }
        return seqs;
    }

    /// <summary>Reads on until the connection ends, and drops what comes.</summary>
    public async Task ReadToEndAsync()
    {
        try
        {
            while (await ReadAsync() is not null) { }
        }
        catch (WebSocketException)
        {
            // Cut off without a goodbye: an end as well.
        }
    }

    /// <summary>Says goodbye and waits for the answer.</summary>
    public Task CloseAsync(WebSocketCloseStatus status, string reason) => _socket.CloseAsync(status, reason, TestContext.Current.CancellationToken).Bounded();

    /// <summary>Says goodbye without waiting.</summary>
    public Task CloseOutputAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken).Bounded();

    /// <summary>Goes without a word.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement?> ReadAsync()
    {
        var count = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(count), TestContext.Current.CancellationToken).AsTask().Bounded();
            if (part.MessageType == WebSocketMessageType.Close) return null;
            count += part.Count;
            if (part.EndOfMessage) return JsonElement.Parse(_buffer.AsSpan(0, count));
            if (count == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}

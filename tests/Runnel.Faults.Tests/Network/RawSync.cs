using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Runnel.Client.Sqlite.Tests;

namespace Runnel.Faults.Tests.Network;

/// <summary>A WebSocket that speaks the protocol by hand, on one stream: publishes one by one, and notes every event that it is shown.</summary>
internal sealed class RawSync : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _last;

    /// <summary>The texts that were shown, by seq.</summary>
    public Dictionary<long, string> Shown { get; } = [];

    public static async Task<RawSync> ConnectAsync(string server, string client, int session)
    {
        var sync = new RawSync();
        sync._socket.Options.AddSubProtocol("runnel.v1.json");
        await sync._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/v1/sync" }.Uri, TestContext.Current.CancellationToken);
        await sync.SendAsync($$"""{"type":"hello","client":"{{client}}","session":{{session}}}""");
        await sync.SendAsync("""{"type":"subscribe","stream":"notes","after":0,"create":{}}""");
        return sync;
    }

    /// <summary>Publishes an event and waits for its seq.</summary>
    /// <exception cref="WebSocketException">The connection was lost; nobody knows.</exception>
    public async Task<long> PublishAsync(string json)
    {
        var reference = ++_last;
        await SendAsync($$"""{"type":"publish","ref":{{reference}},"stream":"notes","events":[{{json}}]}""");
        while (true)
        {
            var message = await ReceiveAsync();
            switch (message.GetProperty("type").GetString())
            {
                case "published" when message.GetProperty("ref").GetInt32() == reference: return message.GetProperty("seqs")[0].GetInt64();
                case "events":
                    foreach (var stored in message.GetProperty("events").EnumerateArray()) Shown.Add(stored.GetProperty("seq").GetInt64(), stored.GetProperty("fields").GetProperty("text").GetString()!);
                    break;
                case "error": throw new WebSocketException(message.GetRawText());
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    private async Task<JsonElement> ReceiveAsync()
    {
        var count = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(count), TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Deadline);
            if (part.MessageType == WebSocketMessageType.Close) throw new WebSocketException("Closed.");
            count += part.Count;
            if (part.EndOfMessage) return JsonDocument.Parse(_buffer.AsMemory(0, count)).RootElement.Clone();
        }
    }
}

using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.Sync;

public class SyncEndpointTests
{
    private const string Create = """{"type":"subscribe","stream":"todo","after":0,"create":{}}""";

    [Fact]
    public async Task A_client_subscribes_publishes_and_gets_its_own_event_back()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();

        await ada.SendAsync(Create);
        await ada.SendAsync(Publish(1, 1));

        Assert.Equal(0, (await ada.ReceiveAsync("subscribed")).GetProperty("head").GetInt64());
        Assert.Equal(1, (await ada.ReceiveAsync("published")).GetProperty("seqs")[0].GetInt64());
        Assert.Equal([1], await ada.ReceiveEventsAsync("todo", 1));
    }

    [Fact]
    public async Task A_message_in_pieces_with_a_ping_between_them_is_one_message()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await RawSocket.OpenAsync(server.Address);
        byte[] bytes = [.. RawSocket.Frame(RawSocket.Text, Create[..20], isFinal: false), .. RawSocket.Frame(RawSocket.Ping, "still here"),
            .. RawSocket.Frame(RawSocket.Continuation, "", isFinal: false), .. RawSocket.Frame(RawSocket.Continuation, Create[20..])];

        foreach (var single in bytes) await ada.SendAsync(new[] { single });

        Assert.Equal(RawSocket.Pong, (await ada.ReadFrameAsync())!.Value.Opcode);
        Assert.Equal("subscribed", TypeOf(await ada.ReadFrameAsync()));
    }

    [Fact]
    public async Task What_is_said_before_hello_is_refused_and_hello_may_still_follow()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync(client: null);

        await ada.SendAsync(Publish(7, 1));
        var error = await ada.ReceiveAsync("error");
        Assert.Equal("invalid_message", error.GetProperty("code").GetString());
        Assert.Equal(7, error.GetProperty("ref").GetInt64());
        Assert.Equal("todo", error.GetProperty("stream").GetString());

        await ada.SendAsync("""{"type":"hello","client":"ada"}""");
        await ada.ReceiveAsync("welcome");
        Assert.Null(await server.Homes.FindAsync(StreamName.Parse("todo"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_binary_message_and_an_empty_one_are_refused_and_the_connection_goes_on()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();

        await ada.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal("invalid_message", (await ada.ReceiveAsync("error")).GetProperty("code").GetString());
        await ada.SendAsync("");
        Assert.Equal("invalid_message", (await ada.ReceiveAsync("error")).GetProperty("code").GetString());
        await ada.SendAsync(Create);
        await ada.ReceiveAsync("subscribed");
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_an_answer_and_not_the_end()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();
        await ada.SendAsync(Create);
        await ada.SendAsync(Publish(1, 1));
        await ada.ReceiveAsync("published");

        server.Disk.FailsReads = true;
        await ada.SendAsync("""{"type":"fetch","ref":2,"stream":"todo","ranges":[[1,1]]}""");
        var error = await ada.ReceiveAsync("error");
        server.Disk.FailsReads = false;
        await ada.SendAsync("""{"type":"fetch","ref":3,"stream":"todo","ranges":[[1,1]]}""");

        Assert.Equal("internal", error.GetProperty("code").GetString());
        Assert.Equal(2, error.GetProperty("ref").GetInt64());
        Assert.True(error.GetProperty("retryable").GetBoolean());
        Assert.Equal(3, (await ada.ReceiveAsync("fetched")).GetProperty("ref").GetInt64());
    }

    [Theory]
    [InlineData("runnel.v1.cbor", null, HttpStatusCode.NotImplemented, "not_supported")]
    [InlineData("runnel.v9.json", null, HttpStatusCode.NotImplemented, "not_supported")]
    [InlineData("runnel.v1.json", "https://elsewhere.example", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("runnel.v1.json", "null", HttpStatusCode.Forbidden, "forbidden")]
    public async Task A_handshake_that_cannot_be_answered_says_why(string protocol, string? origin, HttpStatusCode status, string code)
    {
        await using var server = await SyncServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sync");
        foreach (var (name, value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", protocol) })
        {
            request.Headers.Add(name, value);
        }
        if (origin is not null) request.Headers.Add("Origin", origin);

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("code").GetString());
    }

    internal static string Publish(long reference, long clientSeq, string stream = "todo") =>
        $$$"""{"type":"publish","ref":{{{reference}}},"stream":"{{{stream}}}","events":[{"clientSeq":{{{clientSeq}}},"precedingSeq":0,"op":"update","collection":"task","id":"milk","fields":{"n":{{{clientSeq}}}}}]}""";

    internal static string? TypeOf((int Opcode, byte[] Payload)? frame) => JsonElement.Parse(frame!.Value.Payload).GetProperty("type").GetString();
}

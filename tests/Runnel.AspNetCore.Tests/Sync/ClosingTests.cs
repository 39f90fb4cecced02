using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>How connections end: with a reason wherever one can still be told.</summary>
public class ClosingTests
{
    private const string Create = """{"type":"subscribe","stream":"todo","after":0,"create":{}}""";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_client_that_says_goodbye_is_answered()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();

        await ada.CloseAsync(WebSocketCloseStatus.NormalClosure, "enough");

        Assert.Equal(WebSocketCloseStatus.NormalClosure, ada.CloseStatus);
    }

    [Fact]
    public async Task What_was_published_before_the_goodbye_is_stored()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();

        for (var i = 1; i <= 100; i++) await ada.SendAsync(SyncEndpointTests.Publish(i, i));
        await ada.CloseAsync(WebSocketCloseStatus.NormalClosure, "enough");

        await server.StopAsync();
        Assert.Equal(100, server.Disk.SyncedCommits.SelectMany(group => group).Sum(append => append.Events.Count));
    }

    [Fact]
    public async Task Who_does_not_say_hello_in_time_is_told_so()
    {
        await using var server = await SyncServer.StartAsync(time: _time);
        await using var silent = await server.ConnectAsync(client: null);
        await using var polite = await server.ConnectAsync();
        await silent.SendAsync("{}");
        await silent.ReceiveAsync("error");   // the server serves the socket now, so its time runs

        _time.Advance(TimeSpan.FromSeconds(10));
        await silent.ReadToEndAsync();

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, silent.CloseStatus);
        Assert.Equal("Say hello within 10 s.", silent.CloseReason);
        await polite.SendAsync(Create);
        await polite.ReceiveAsync("subscribed");
    }

    [Fact]
    public async Task A_message_over_the_limit_ends_the_connection_and_nothing_in_it_counts()
    {
        await using var server = await SyncServer.StartAsync(options => options.MaxBatchBytes = options.MaxEventBytes = 1024);
        await using var ada = await RawSocket.OpenAsync(server.Address);
        var limit = 2 * 1024 + 64 * 1024;

        // The rest of the message looks like one of its own.
        await ada.SendAsync(RawSocket.Frame(RawSocket.Text, new string(' ', limit + 1), isFinal: false));
        await ada.SendAsync(RawSocket.Frame(RawSocket.Continuation, SyncEndpointTests.Publish(1, 1)));
        await ada.SendAsync(RawSocket.Frame(RawSocket.Text, SyncEndpointTests.Publish(1, 1)));

        var (status, reason) = await ReadGoodbyeAsync(ada);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, status);
        Assert.Equal($"A message has at most {limit} bytes.", reason);
        await ada.SendAsync(RawSocket.Frame(RawSocket.Close, [3, 241]));
        await ada.ReadToEndAsync();
        Assert.Empty(server.Disk.SyncedCommits);
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_is_read()
    {
        await using var server = await SyncServer.StartAsync(options => options.MaxBatchBytes = options.MaxEventBytes = 1024);
        await using var ada = await server.ConnectAsync();

        await ada.SendAsync(Create.PadRight(2 * 1024 + 64 * 1024));

        await ada.ReceiveAsync("subscribed");
    }

    [Fact]
    public async Task Text_that_is_no_UTF_8_ends_the_connection()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await RawSocket.OpenAsync(server.Address);

        await ada.SendAsync(RawSocket.Frame(RawSocket.Text, [0xC3, 0x28]));

        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, (await ReadGoodbyeAsync(ada)).Status);
    }

    [Fact]
    public async Task Bad_framing_ends_the_connection()
    {
        await using var server = await SyncServer.StartAsync();
        await using var ada = await RawSocket.OpenAsync(server.Address);

        var frame = RawSocket.Frame(RawSocket.Text, "{}");
        frame[0] |= 0x70;   // bits that only an extension could give a meaning
        await ada.SendAsync(frame);

        Assert.Equal(WebSocketCloseStatus.ProtocolError, (await ReadGoodbyeAsync(ada)).Status);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_to_everyone_also_to_those_it_is_sending_to()
    {
        await using var server = await SyncServer.StartAsync();
        await using var idle = await server.ConnectAsync("ida");
        await using var ada = await server.ConnectAsync();
        await ada.SendAsync(Create);
        for (var i = 1; i <= 200; i++) await ada.SendAsync(SyncEndpointTests.Publish(i, i));

        var stopping = server.StopAsync();
        await Task.WhenAll(ada.ReadToEndAsync(), idle.ReadToEndAsync());
        await Task.WhenAll(ada.CloseOutputAsync(), idle.CloseOutputAsync());
        await stopping.Bounded();

        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "The server is stopping."), (ada.CloseStatus, ada.CloseReason));
        Assert.Equal((WebSocketCloseStatus.EndpointUnavailable, "The server is stopping."), (idle.CloseStatus, idle.CloseReason));
    }

    [Fact]
    public async Task Who_does_not_answer_a_goodbye_is_cut_off()
    {
        await using var server = await SyncServer.StartAsync(time: _time);
        await using var ada = await RawSocket.OpenAsync(server.Address, client: null);
        await ada.SendAsync(RawSocket.Frame(RawSocket.Text, "{}"));
        await ada.ReadFrameAsync();   // the server serves the socket now, so its time runs

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await ReadGoodbyeAsync(ada)).Status);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await ada.ReadFrameAsync());
    }

    [Fact]
    public async Task Who_answers_no_ping_is_cut_off()
    {
        // The pings are the framework's, by its own clock.
        await using var server = await SyncServer.StartAsync(options =>
        {
            options.Sync.PingInterval = TimeSpan.FromSeconds(1);
            options.Sync.SilenceTimeout = TimeSpan.FromSeconds(2);
        });
        await using var ada = await RawSocket.OpenAsync(server.Address);

        while (await ada.ReadFrameAsync() is { } frame) Assert.Equal(RawSocket.Ping, frame.Opcode);
    }

    internal static async Task<(WebSocketCloseStatus Status, string Reason)> ReadGoodbyeAsync(RawSocket socket)
    {
        while (true)
        {
            var (opcode, payload) = await socket.ReadFrameAsync() ?? throw new InvalidOperationException("Cut off without a goodbye.");
            if (opcode == RawSocket.Close) return ((WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload.AsSpan(2)));
        }
    }
}

using System.Net.Sockets;
using Runnel.Client;
using Runnel.Client.Sqlite;
using Runnel.Client.Sqlite.Tests;
using Runnel.Client.Transport;
using Runnel.Tests;

namespace Runnel.Faults.Tests.Network;

/// <summary>Clients on SQLite files and a real server, with a network between them that breaks: once it is healed, every edit is there once.</summary>
public sealed class NetworkFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 8;

    // More than a client says, or hears, until an edit of its own has come back.
    private const int ConversationBytes = 900;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(600);

    // The server's side of the same heartbeat.
    private static readonly Dictionary<string, string> ShortHeartbeat = new()
    {
        ["Runnel__Sync__PingInterval"] = Heartbeat.ToString("c"),
        ["Runnel__Sync__SilenceTimeout"] = (2 * Silence).ToString("c"),
        ["Runnel__Sync__SendTimeout"] = (2 * Silence).ToString("c"),
        ["Runnel__Sync__HelloTimeout"] = (2 * Silence).ToString("c"),
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _made = [];
    private ServerProcess _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartNewAsync(ShortHeartbeat);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true, ConnectionEnd.Close)]
    [InlineData(false, ConnectionEnd.Reset)]
    public async Task Conversations_that_break_at_every_byte_lose_and_double_nothing(bool isToServer, ConnectionEnd end)
    {
        // The n-th connection breaks after n bytes of one direction.
        await using var proxy = new FaultProxy(_server.Url, n => isToServer ? new ConnectionFault { ToServer = n + 1, End = end } : new ConnectionFault { ToClient = n + 1, End = end });
        await using var client = await OpenAsync(proxy, "ada");
        await using var direct = new FaultProxy(_server.Url, _ => ConnectionFault.None);
        await using var peer = await OpenAsync(direct, "bob");
        var count = 0;
        await Patience.UntilAsync(
            () =>
            {
                for (; count < proxy.Connections; count++) Edit(client, $"edit {count}");
                // The later ones break only if enough is said.
                if (proxy.Faults > ConversationBytes / 2 && client.Status.Pending == 0) Edit(client, $"further edit {_made.Count}");
                return proxy.Faults >= ConversationBytes;
            },
            () => $"Only {proxy.Faults} of {proxy.Connections} connections broke: {client.Status}");
        proxy.Heal();

        await AssertConvergedAsync(client, peer);
    }

    [Theory]
    [InlineData(1, 40, ConnectionEnd.Stall)]
    [InlineData(400, 40, ConnectionEnd.Stall)]
    [InlineData(1, 1_000, ConnectionEnd.OneWay)]
    [InlineData(400, 1_000, ConnectionEnd.OneWay)]
    [InlineData(1_000_000, 500, ConnectionEnd.OneWay)]
    [InlineData(500, 1_000_000, ConnectionEnd.HalfOpen)]
    [InlineData(1_000_000, 300, ConnectionEnd.HalfOpen)]
    public async Task A_connection_that_dies_without_a_word_is_given_up_by_itself(int toServer, int toClient, ConnectionEnd end)
    {
        await using var proxy = new FaultProxy(_server.Url, n => n == 0 ? new ConnectionFault { ToServer = toServer, ToClient = toClient, End = end } : ConnectionFault.None);
        await using var client = await OpenAsync(proxy, "ada");
        // Something is always to be said, by both.
        var count = 0;
        await Patience.UntilAsync(
            () =>
            {
                if (count < 200) Edit(client, $"edit {count++}");
                return proxy.Connections >= 2;
            },
            () => $"The client still waits: {client.Status}");

        await AssertConvergedAsync(client);
    }

    [Fact]
    public async Task A_server_that_takes_connections_and_says_nothing_is_left()
    {
        using var mute = new Socket(SocketType.Stream, ProtocolType.Tcp);
        mute.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        mute.Listen();
        var address = new Uri($"http://{mute.LocalEndPoint}");
        var switching = new SwitchedTransport(Transport(address), Transport(new Uri(_server.Url)));
        await using var client = await RunnelClient.OpenAsync(_server.Url, SqliteReplica.At(_directory.File("ada.db")), Options(switching), Cancellation);
        Edit(client, "edit");
        await Patience.UntilAsync(() => switching.IsConnecting, () => "It does not try.");

        switching.IsHealed = true;

        await AssertConvergedAsync(client);
    }

    [Fact]
    public async Task Bytes_that_trickle_arrive_all_the_same()
    {
        // A byte a millisecond for a byte a second: what counts is that each comes by itself, and that nobody loses patience.
        await _server.DisposeAsync();
        _server = await ServerProcess.StartNewAsync();
        await using var proxy = new FaultProxy(_server.Url, _ => new ConnectionFault { Chunk = 1, Pace = TimeSpan.FromMilliseconds(1) });
        await using var client = await RunnelClient.OpenAsync(proxy.Url, SqliteReplica.At(_directory.File("ada.db")), cancellationToken: Cancellation);
        Edit(client, "edit");

        await AssertConvergedAsync(client);
        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public async Task Clients_on_a_network_that_flaps_end_equal_with_every_edit_once()
    {
        var random = new Random(20261130);
        var isLong = Randomized.Runs(1) > 1;
        var time = isLong ? TimeSpan.FromMinutes(3) : TimeSpan.FromSeconds(10);
        await using var proxy = new FaultProxy(_server.Url, _ => RandomFault(random));
        var clients = new List<RunnelClient>();
        for (var i = 0; i < Clients; i++) clients.Add(await OpenAsync(proxy, $"client-{i}"));

        var started = TimeProvider.System.GetTimestamp();
        for (var round = 0; TimeProvider.System.GetElapsedTime(started) < time || proxy.Faults < 20; round++)
        {
            foreach (var client in clients) Edit(client, $"{client.Id} {round}");
            if (round % 20 == 19) proxy.CutAll();
            await Task.Delay(random.Next(isLong ? 200 : 60), Cancellation);
        }
        proxy.Heal();

        await AssertConvergedAsync([.. clients]);
        output.WriteLine($"{Clients} clients, {_made.Count} edits, {proxy.Connections} connections, {proxy.Faults} faults.");
        foreach (var client in clients) await client.DisposeAsync();
    }

    private static ConnectionFault RandomFault(Random random)
    {
        lock (random)
        {
            var fault = new ConnectionFault { End = (ConnectionEnd)random.Next(5), Chunk = random.Next(3) == 0 ? random.Next(1, 200) : 16 * 1024 };
            var bytes = 1L << random.Next(4, 17);
            return random.Next(6) switch
            {
                0 => fault with { ToServer = bytes },
                1 => fault with { ToClient = bytes },
                2 => fault with { ToClient = bytes, ToServer = bytes },
                3 => fault with { ToServer = bytes, Chunk = random.Next(1, 50), Pace = TimeSpan.FromMilliseconds(1) },
                4 => fault with { ToServer = random.Next(1, 400) },
                _ => fault with { ToClient = random.Next(1, 400) },
            };
        }
    }

    private static WebSocketTransport Transport(Uri address) => new(address) { PingInterval = Heartbeat, PongTimeout = Silence };

    private static RunnelClientOptions Options(ITransport transport) => new()
    {
        Transport = transport,
        MinReconnectDelay = TimeSpan.FromMilliseconds(1),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(20),
        AnswerTimeout = Silence,
    };

    private Task<RunnelClient> OpenAsync(FaultProxy proxy, string name) =>
        RunnelClient.OpenAsync(proxy.Url, SqliteReplica.At(_directory.File($"{name}.db")), Options(Transport(new Uri(proxy.Url))), Cancellation);

    private void Edit(RunnelClient client, string text)
    {
        client.Stream("notes").Collection<Memo>().Insert(new Memo { Text = text });
        _made.Add(text);
    }

    private async Task AssertConvergedAsync(params RunnelClient[] clients)
    {
        foreach (var client in clients) await Patience.SettledAsync(client);
        var texts = (await _server.EventsAsync("notes")).Select(stored => stored.GetProperty("fields").GetProperty("text").GetString()!).ToList();
        Assert.Equal(_made.Order(StringComparer.Ordinal), texts.Order(StringComparer.Ordinal));
        var hash = await _server.MergeHashAsync("notes");
        foreach (var client in clients) await Patience.UntilAsync(() => client.Stream("notes").Replica.Confirmed.MergeHash() == hash, () => $"{client.Id} is not like the server: {client.Status}");
    }

    /// <summary>Connects to one server until it is healed, then to another.</summary>
    private sealed class SwitchedTransport(ITransport before, ITransport after) : ITransport
    {
        public bool IsHealed { get; set; }

        public bool IsConnecting { get; private set; }

        public ValueTask<ITransportConnection> ConnectAsync(CancellationToken cancellationToken)
        {
            IsConnecting = true;
            return (IsHealed ? after : before).ConnectAsync(cancellationToken);
        }
    }
}

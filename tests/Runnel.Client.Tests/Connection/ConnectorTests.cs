using Microsoft.Extensions.Time.Testing;
using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Models;
using Runnel.Protocol;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Tests.Connection;

/// <summary>The connection as the app has it: made, lost, made again; asked for a token; asked to wait.</summary>
public sealed class ConnectorTests : IAsyncLifetime
{
    private readonly ScriptedServer _server = new();
    private readonly SimulatedLocalDisk _disk = new();
    private readonly FakeTimeProvider _time = new();
    private readonly RunnelClientOptions _options;
    private RunnelClient? _client;

    public ConnectorTests() => _options = new RunnelClientOptions { Transport = _server, Time = _time };

    private RunnelClient Client => _client!;

    private SyncedCollection<TodoTask> Tasks => Client.Stream("todo").Collection<TodoTask>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync();
    }

    [Fact]
    public async Task The_session_is_on_the_disk_before_hello_and_grows_with_each_connection()
    {
        await OpenAsync();
        long last = 0;
        for (var i = 1; i <= 5; i++)
        {
            var (connection, hello) = await _server.HelloAsync(i, _time);
            Assert.True(hello.Session > last);
            last = hello.Session!.Value;
            Assert.Equal(last, (await StoredIdentityAsync()).Session);
            Assert.Equal(Client.Id, hello.Client);
            connection.Break();
        }
    }

    [Fact]
    public async Task A_lost_connection_is_tried_again_ever_more_slowly_and_at_once_on_demand()
    {
        _server.IsReachable = false;
        await OpenAsync();
        await Waiting.UntilAsync(() => _server.Tries == 1);
        await Waiting.UntilAsync(() => Client.Status.LastError is not null);
        Assert.Equal(ConnectionState.Offline, Client.Status.Connection);
        var started = _time.GetUtcNow();
        await Waiting.UntilAsync(() => _server.Tries >= 12, _time);
        Assert.True(_time.GetUtcNow() - started > TimeSpan.FromSeconds(60), "It tries too often.");

        _server.IsReachable = true;
        var tries = _server.Tries;
        Client.ConnectNow();   // the clock stands still

        await _server.WelcomeAsync(1);
        Assert.Equal(tries + 1, _server.Tries);
        await Waiting.UntilAsync(() => Client.Status is { Connection: ConnectionState.Online, LastError: null });
    }

    [Fact]
    public async Task Switched_off_it_tries_nothing_and_switched_on_it_connects_at_once()
    {
        await OpenAsync();
        var connection = await _server.WelcomeAsync(1);
        Client.IsSwitchedOff = true;
        Assert.Equal(ConnectionState.SwitchedOff, Client.Status.Connection);
        Tasks.Insert(new TodoTask());
        _time.Advance(TimeSpan.FromHours(1));
        await Client.FlushAsync();
        Assert.Equal((1, 1), (_server.Tries, Client.Status.Pending));

        Client.IsSwitchedOff = false;

        var next = await _server.WelcomeAsync(2);
        await next.HearAsync<ClientMessage.Publish>();
    }

    [Fact]
    public async Task A_server_that_does_not_greet_is_left()
    {
        await OpenAsync();
        await _server.HelloAsync(1);

        await _server.WelcomeAsync(2, _time);

        await Waiting.UntilAsync(() => Client.Status.Connection == ConnectionState.Online);
    }

    [Fact]
    public async Task A_publish_that_goes_unanswered_is_said_again_on_the_same_connection()
    {
        await OpenAsync();
        var connection = await _server.WelcomeAsync(1);
        Tasks.Insert(new TodoTask());
        var first = await connection.HearAsync<ClientMessage.Publish>();
        await Waiting.UntilAsync(() => connection.Unheard > 0, _time);

        var second = await connection.HearAsync<ClientMessage.Publish>();

        Assert.Equal(first.Events, second.Events);
        Assert.Equal(first.Nonce, second.Nonce);
        Assert.NotEqual(first.Ref, second.Ref);
        Assert.Equal(1, _server.Connections);
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_again_later_and_other_streams_go_on()
    {
        await OpenAsync();
        var connection = await _server.WelcomeAsync(1);
        Tasks.Insert(new TodoTask());
        connection.Refuse("overloaded", await connection.HearAsync<ClientMessage.Publish>());
        await Waiting.UntilAsync(() => Client.Stream("todo").Trouble is not null);
        Client.Stream("other").Collection<TodoTask>().Insert(new TodoTask());
        connection.Subscribed(await connection.HearAsync<ClientMessage.Subscribe>());
        Assert.Equal("other", (await connection.HearAsync<ClientMessage.Publish>()).Stream.Value);
        await Waiting.UntilAsync(() => connection.Unheard > 0, _time);

        var again = await connection.HearAsync<ClientMessage.Subscribe>();
        connection.Subscribed(again);

        Assert.Equal("todo", again.Stream.Value);
        Assert.Equal("todo", (await connection.HearAsync<ClientMessage.Publish>()).Stream.Value);
        Assert.Equal((1, 0), (_server.Connections, Client.Status.Rejected));
        Assert.Null(Client.Stream("todo").Trouble);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_not_logged_in_is_asked_for_a_token_until_one_is_good_and_nothing_is_rejected(bool atHello)
    {
        var tokens = 0;
        _options.Token = _ => ValueTask.FromResult<string?>($"token {++tokens}");
        await OpenAsync();
        Tasks.Insert(new TodoTask());
        for (var i = 1; i <= 3; i++)
        {
            var (connection, hello) = await _server.HelloAsync(i, _time);
            Assert.Equal($"token {i}", hello.Token);
            if (atHello)
            {
                connection.Refuse("unauthorized");
            }
            else
            {
                connection.Welcome();
                connection.Refuse("unauthorized", stream: (await connection.HearAsync<ClientMessage.Subscribe>()).Stream.Value);
            }
            await Waiting.UntilAsync(() => Client.Status.Connection == ConnectionState.NeedsToken);
            Assert.Equal((1, 0), (Client.Status.Pending, Client.Status.Rejected));
        }

        var good = await _server.WelcomeAsync(4, _time);

        await good.HearAsync<ClientMessage.Publish>();
        Assert.NotEqual(ConnectionState.NeedsToken, Client.Status.Connection);
        Assert.Null(Client.Status.LastError);
    }

    [Fact]
    public async Task A_token_source_that_fails_is_said_and_asked_again()
    {
        var isBroken = true;
        _options.Token = _ => isBroken ? throw new InvalidOperationException("The wallet is locked.") : ValueTask.FromResult<string?>("good");
        await OpenAsync();
        await Waiting.UntilAsync(() => Client.Status.LastError == "The wallet is locked.");
        isBroken = false;

        var (_, hello) = await _server.HelloAsync(1, _time);

        Assert.Equal("good", hello.Token);
    }

    [Fact]
    public async Task Nothing_is_said_before_it_is_durable()
    {
        await OpenAsync();
        var connection = await _server.WelcomeAsync(1);
        await Waiting.UntilAsync(() => Client.Status.Connection == ConnectionState.Online);
        await Client.FlushAsync();
        _disk.Fate = _ => LocalCommitFate.Fails;
        Tasks.Insert(new TodoTask());
        await Waiting.UntilAsync(() => Client.Status.LastError?.Contains("full", StringComparison.Ordinal) == true);
        Assert.Equal(0, connection.Unheard);

        _disk.Fate = _ => LocalCommitFate.Succeeds;
        await Waiting.UntilAsync(() => connection.Unheard > 0, _time);

        await connection.HearAsync<ClientMessage.Publish>();
        Assert.Null(Client.Status.LastError);
    }

    [Fact]
    public async Task A_client_whose_disk_is_full_can_be_closed_and_says_that_something_was_not_written()
    {
        _server.IsReachable = false;
        await OpenAsync();
        await Waiting.UntilAsync(() => Client.Status.LastError is not null);
        await Client.FlushAsync();
        _disk.Fate = _ => LocalCommitFate.Fails;
        Client.ConnectNow();   // a session is to be stored, and cannot be
        await Waiting.UntilAsync(() => Client.Status.LastError!.Contains("full", StringComparison.Ordinal));

        await Assert.ThrowsAsync<LocalStoreException>(async () => await Client.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));

        _client = null;
    }

    [Fact]
    public async Task A_batch_is_one_transaction_and_one_publish()
    {
        _server.IsReachable = false;
        await OpenAsync();
        await Waiting.UntilAsync(() => Client.Status.LastError is not null);   // it has tried, and the clock stands still
        await Client.FlushAsync();
        var commits = _disk.Commits;
        Client.Stream("todo").Batch(() =>
        {
            for (var i = 0; i < 50; i++) Tasks.Insert(new TodoTask());
            Assert.Equal(50, Tasks.Count);
        });
        await Client.FlushAsync();
        Assert.Equal(commits + 1, _disk.Commits);

        _server.IsReachable = true;
        var connection = await _server.WelcomeAsync(1, _time);

        Assert.Equal(50, (await connection.HearAsync<ClientMessage.Publish>()).Events.Count);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_stops_its_stream_alone_and_is_never_skipped()
    {
        await OpenAsync();
        var connection = await _server.WelcomeAsync(1);
        Client.Stream("other");
        connection.Subscribed(await connection.HearAsync<ClientMessage.Subscribe>());
        connection.SayText("""{"type":"a message of later","stream":"todo"}""");
        connection.SayText("""{"type":"events","stream":"todo","from":1,"to":1,"events":[{"seq":1,"client":"bob","at":"2026-11-30T12:00:00.000Z","clientSeq":1,"precedingSeq":0,"op":"move","collection":"todoTask","id":"1"}]}""");
        connection.SayEvents("todo", 2, 2);
        connection.SayEvents("other", 1, 3);

        await Waiting.UntilAsync(() => Client.Stream("other").Replica.Head.Value == 3);

        Assert.Contains("cannot be read", Client.Stream("todo").Trouble, StringComparison.Ordinal);
        Assert.Equal(0, Client.Stream("todo").Replica.Head.Value);
        Assert.Equal(1, _server.Connections);
    }

    [Fact]
    public async Task A_copy_ends_its_former_id_and_goes_on_under_a_new_one()
    {
        await OpenAsync();
        var former = Client.Id;
        var (first, _) = await _server.HelloAsync(1);
        first.Welcome();
        first.Subscribed(await first.HearAsync<ClientMessage.Subscribe>(), lastClientSeq: 7, nonce: "somebody else's");

        // As long as it is not known that all of it has been heard, it is said again.
        var (unheard, last) = await _server.HelloAsync(2, _time);
        Assert.Equal((former, (1L << 53) - 1), (last.Client, last.Session!.Value));
        unheard.Refuse("invalid_message", await unheard.HearAsync<ClientMessage.Publish>());
        var (busy, _) = await _server.HelloAsync(3, _time);
        busy.Welcome();
        busy.Refuse("overloaded", await busy.HearAsync<ClientMessage.Publish>());
        var (ending, repeated) = await _server.HelloAsync(4, _time);
        Assert.Equal((last.Client, last.Session), (repeated.Client, repeated.Session));
        ending.Welcome();
        ending.Refuse("invalid_message", await ending.HearAsync<ClientMessage.Publish>());

        var (_, renewed) = await _server.HelloAsync(5, _time);
        Assert.NotEqual(former, renewed.Client);
        Assert.Equal(renewed.Client, Client.Id);
        Assert.Empty((await StoredIdentityAsync()).Former);
    }

    [Fact]
    public async Task A_copy_with_pending_edits_sends_them_as_the_heir_then_parts()
    {
        await OpenAsync();
        var former = Client.Id;
        Tasks.Insert(new TodoTask { Title = "Milk" });
        var (first, _) = await _server.HelloAsync(1);
        first.Welcome();
        first.Subscribed(await first.HearAsync<ClientMessage.Subscribe>(), lastClientSeq: 7, nonce: "somebody else's");
        var (fence, _) = await _server.HelloAsync(2, _time);
        fence.Welcome();
        fence.Refuse("invalid_message", await fence.HearAsync<ClientMessage.Publish>());

        var (heirs, hello) = await _server.HelloAsync(3, _time);
        Assert.True(ClientIdentity.IsHeirOf(hello.Client, former));
        Assert.True((await StoredIdentityAsync()).IsHeir);
        heirs.Welcome();
        heirs.Subscribed(await heirs.HearAsync<ClientMessage.Subscribe>());
        var publish = await heirs.HearAsync<ClientMessage.Publish>();
        heirs.Store(publish, hello.Client);

        var (_, own) = await _server.HelloAsync(4, _time);
        Assert.False(ClientIdentity.IsHeirOf(own.Client, former));
        Assert.True(own.Client > hello.Client);
        Assert.Equal((0, false), (Client.Status.Pending, (await StoredIdentityAsync()).IsHeir));
    }

    private async Task OpenAsync()
    {
        _client = await RunnelClient.OpenAsync("http://unused", _disk, _options);
        _client.Stream("todo");
    }

    private async Task<ClientIdentity> StoredIdentityAsync()
    {
        await using var copy = await _disk.Copy().OpenAsync(default);
        await foreach (var row in copy.ReadAsync(LocalKind.Client, "", default)) return ClientIdentity.Read(row.Value.Span);
        throw new InvalidOperationException("Nobody is stored.");
    }
}

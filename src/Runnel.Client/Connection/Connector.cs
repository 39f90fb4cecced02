using Runnel.Client.Transport;
using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>
/// Keeps a connection to the server for as long as the app wants one: tries again when it is lost, says hello with a new session each
/// time, and carries what the replicas say and are told.
/// </summary>
internal sealed class Connector : IAsyncDisposable
{
    private readonly RunnelClient _client;
    private readonly ITransport _transport;
    private readonly RunnelClientOptions _options;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _nudge = new(0, 1);
    private CancellationTokenSource? _connected;
    private volatile ServerLink? _link;
    private volatile ProtocolLimits? _limits;
    private volatile bool _isSwitchedOff;
    private volatile string? _trouble;
    private DateTimeOffset? _lastSynced;
    private Task _loop = Task.CompletedTask;

    public Connector(RunnelClient client, ITransport transport, RunnelClientOptions options)
    {
        _client = client;
        _transport = transport;
        _options = options;
        _backoff = new Backoff(options.MinReconnectDelay, options.MaxReconnectDelay, options.Ids);
    }

    /// <summary>Whether the app wants no connection.</summary>
    public bool IsSwitchedOff
    {
        get => _isSwitchedOff;
        set
        {
            _isSwitchedOff = value;
            if (value) _connected?.Cancel();
            ConnectNow();
            _client.RaiseStatusChanged();
        }
    }

    /// <summary>How the client is doing.</summary>
    public ClientStatus Status
    {
        get
        {
            lock (_client.Gate)
            {
                var streams = _client.Streams.ToList();
                var known = streams.Sum(stream => stream.Replica.ServerHead.Value);
                var held = streams.Sum(stream => stream.Replica.Head.Value);
                var trouble = _trouble ?? streams.Select(stream => stream.Trouble).FirstOrDefault(words => words is not null);
                return new ClientStatus(
                    State(streams, known == held),
                    streams.Sum(stream => stream.Replica.Outbox.PendingCount),
                    streams.Sum(stream => stream.Replica.Outbox.RejectedCount),
                    known == 0 ? 1 : (double)held / known,
                    _lastSynced,
                    trouble);
            }
        }
    }

    /// <summary>Begins to connect.</summary>
    public void Start() => _loop = RunAsync();

    /// <summary>Tries a connection at once.</summary>
    public void ConnectNow()
    {
        if (_nudge.CurrentCount == 0) _nudge.Release();
    }

    /// <summary>A stream was mentioned for the first time: asks for it, if there is a connection.</summary>
    public void Join(SyncedStream stream)
    {
        if (_link is { } link && _limits is { } limits) Ask(stream, link, limits);
    }

    /// <summary>Notes what stands in the way; <c>null</c> once it is gone.</summary>
    public void Report(string? trouble)
    {
        _trouble = trouble;
        _client.RaiseStatusChanged();
    }

    /// <summary>Ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    private ConnectionState State(List<SyncedStream> streams, bool holdsAll)
    {
        if (_isSwitchedOff) return ConnectionState.SwitchedOff;
        if (_link is null) return ConnectionState.Offline;
        return holdsAll && streams.All(stream => stream.Replica.IsLive) ? ConnectionState.Online : ConnectionState.CatchingUp;
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (!_isSwitchedOff) await ConnectAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TransportException or FormatException)
            {
                _trouble = exception.Message;
            }
            catch (OperationCanceledException)
            {
                // Switched off, or closing.
            }
            Part();
            await WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Opens a connection and serves it to its end.</summary>
    private async Task ConnectAsync()
    {
        using var connected = _connected = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var identity = await _client.NextSessionAsync().ConfigureAwait(false);
        var token = _options.Token is { } ask ? await ask(connected.Token).ConfigureAwait(false) : null;
        var link = new ServerLink(await _transport.ConnectAsync(connected.Token).ConfigureAwait(false));
        await using var owned = link.ConfigureAwait(false);
        link.Say(new ClientMessage.Hello(identity.Id, identity.Session, token));
        var sending = link.SendAsync(connected.Token);
        try
        {
            await ReceiveAsync(link, connected.Token).ConfigureAwait(false);
        }
        finally
        {
            await connected.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _connected = null;
        }
    }

    private async Task ReceiveAsync(ServerLink link, CancellationToken cancellationToken)
    {
        while (await link.ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            if (message is ServerMessage.Welcome welcome) Greet(link, welcome.Limits);
            else if (StreamOf(message) is { } stream) stream.Do((replica, outputs) => replica.Receive(message, outputs));
            else if (message is ServerMessage.Error error) throw new TransportException($"The server refuses the connection: {error.Message}");
            NoteSynced();
        }
    }

    private void Greet(ServerLink link, ProtocolLimits limits)
    {
        _backoff.Reset();
        _trouble = null;
        lock (_client.Gate)
        {
            _limits = limits;
            _link = link;
            foreach (var stream in _client.Streams) Ask(stream, link, limits);
        }
    }

    private static void Ask(SyncedStream stream, ServerLink link, ProtocolLimits limits)
    {
        stream.Say = link.Say;
        stream.Do((replica, outputs) => replica.Connect(limits, stream.Create, outputs));
    }

    private SyncedStream? StreamOf(ServerMessage message)
    {
        var name = message switch
        {
            ServerMessage.Subscribed subscribed => subscribed.Stream.Value,
            ServerMessage.Events events => events.Stream.Value,
            ServerMessage.Published published => published.Stream.Value,
            ServerMessage.Fetched fetched => fetched.Stream.Value,
            ServerMessage.Error error => error.Stream,
            _ => null,
        };
        return name is null ? null : _client.Streams.FirstOrDefault(stream => stream.Name == name);
    }

    private void NoteSynced()
    {
        if (Status.Connection == ConnectionState.Online) _lastSynced = _options.Time.GetUtcNow();
    }

    private void Part()
    {
        lock (_client.Gate)
        {
            _link = null;
            foreach (var stream in _client.Streams)
            {
                stream.Say = null;
                stream.Replica.Disconnect();
            }
        }
        _client.RaiseStatusChanged();
    }

    /// <summary>Waits for the next try: for as long as is fair to the server, or until there is a reason to hurry.</summary>
    private async Task WaitAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        try
        {
            var wait = _isSwitchedOff ? Timeout.InfiniteTimeSpan : _backoff.Next();
            using var waited = new CancellationTokenSource(wait, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(waited.Token, _stopping.Token);
            await _nudge.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Time for the next try.
        }
    }
}

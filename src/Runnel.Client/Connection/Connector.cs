using System.Net.NetworkInformation;
using Runnel.Client.Replica;
using Runnel.Client.Transport;
using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>
/// Keeps a connection to the server for as long as the app wants one: tries again when it is lost, says hello with a new session each
/// time, and carries what the replicas say and are told.
/// </summary>
internal sealed class Connector : IConnector
{
    private readonly RunnelClient _client;
    private readonly ITransport _transport;
    private readonly RunnelClientOptions _options;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _nudge = new(0, 1);
    private readonly Dictionary<SyncedStream, Backoff> _later = [];
    private volatile Attempt? _attempt;
    private volatile bool _isSwitchedOff, _needsToken;
    private volatile string? _trouble;
    private Task _loop = Task.CompletedTask;

    public Connector(RunnelClient client, ITransport transport, RunnelClientOptions options)
    {
        _client = client;
        _transport = transport;
        _options = options;
        _backoff = NewBackoff();
        _isSwitchedOff = options.IsSwitchedOff;
    }

    /// <summary>Whether the app wants no connection.</summary>
    public bool IsSwitchedOff
    {
        get => _isSwitchedOff;
        set
        {
            _isSwitchedOff = value;
            if (value) HangUp();
            ConnectNow();
            _client.RaiseStatusChanged();
        }
    }

    /// <summary>How the client stands to the server, its streams left aside.</summary>
    public ConnectionState State =>
        _isSwitchedOff ? ConnectionState.SwitchedOff
        : _needsToken ? ConnectionState.NeedsToken
        : _attempt is { Limits: not null } ? ConnectionState.Online
        : ConnectionState.Offline;

    /// <summary>What last stood in the way of a connection; <c>null</c> if nothing does.</summary>
    public string? Trouble => _trouble;

    /// <summary>Begins to connect.</summary>
    public void Start()
    {
        // A browser cannot tell; there the app may.
        if (!OperatingSystem.IsBrowser()) NetworkChange.NetworkAvailabilityChanged += NoteNetwork;
        _loop = RunAsync();
    }

    /// <summary>Tries a connection at once.</summary>
    public void ConnectNow()
    {
        lock (_nudge)
        {
            if (_nudge.CurrentCount == 0) _nudge.Release();
        }
    }

    /// <summary>Gives the connection up, if there is one; another is tried.</summary>
    public void HangUp() => _attempt?.End();

    /// <summary>A stream was mentioned for the first time: asks for it, if there is a connection; the gate is held.</summary>
    public void Join(SyncedStream stream)
    {
        if (_attempt is { Limits: not null } attempt) Ask(stream, attempt);
    }

    /// <summary>Does what a stream wants of the connection; the gate is held.</summary>
    public void Note(SyncedStream stream, ReplicaOutput output)
    {
        switch (output)
        {
            case ReplicaOutput.TryLater when _attempt is { } attempt: attempt.Run(ResumeLaterAsync(stream, attempt.Ended)); break;
            case ReplicaOutput.AskForToken ask: AskForToken(ask.Refusal.Message); break;
            case ReplicaOutput.Superseded:
                HangUp();
                break;
            case ReplicaOutput.FoundCopy:
                _client.GiveUpId();
                HangUp();
                ConnectNow();
                break;
        }
    }

    /// <summary>Ends the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!OperatingSystem.IsBrowser()) NetworkChange.NetworkAvailabilityChanged -= NoteNetwork;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
        _nudge.Dispose();
    }

    private void NoteNetwork(object? sender, NetworkAvailabilityEventArgs change)
    {
        if (change.IsAvailable) ConnectNow();
    }

    private Backoff NewBackoff() => new(_options.MinReconnectDelay, _options.MaxReconnectDelay, _options.Ids);

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (!_isSwitchedOff) await ConnectAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Switched off, hung up or closing.
            }
            catch (Exception exception)
            {
                // Also what the app's token source and event handlers throw: it must not end synchronization for good.
                _trouble = exception.Message;
            }
            Part();
            await WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Opens a connection and serves it to its end.</summary>
    private async Task ConnectAsync()
    {
        var attempt = new Attempt(_stopping.Token);
        await using var owned = attempt.ConfigureAwait(false);
        _attempt = attempt;
        var token = _options.Token is { } ask ? await ask(attempt.Ended).ConfigureAwait(false) : null;
        await EndFormerIdsAsync(token, attempt.Ended).ConfigureAwait(false);
        var identity = await _client.NextSessionAsync(attempt.Ended).ConfigureAwait(false);
        var link = new ServerLink(await WithinAnswerTimeAsync(_transport.ConnectAsync, attempt.Ended).ConfigureAwait(false));
        await using var ownedLink = link.ConfigureAwait(false);
        attempt.Link = link;
        link.Say(new ClientMessage.Hello(identity.Id, identity.Session, token));
        await attempt.UntilFirstEndsAsync(link.SendAsync(attempt.Ended), ReceiveAsync(attempt, link), TickAsync(attempt)).ConfigureAwait(false);
    }

    private async Task EndFormerIdsAsync(string? token, CancellationToken cancellationToken)
    {
        foreach (var former in _client.Identity.Former)
        {
            var streams = _client.Streams.Select(stream => stream.Replica.Stream).ToList();
            await WithinAnswerTimeAsync(
                async limited =>
                {
                    await FormerIds.EndAsync(_transport, former, streams, token, limited).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            await _client.ForgetFormerAsync(former, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A server that takes a connection and then says nothing must not be waited for without end.</summary>
    private async ValueTask<T> WithinAnswerTimeAsync<T>(Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        using var waited = new CancellationTokenSource(_options.AnswerTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waited.Token, cancellationToken);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException("The server does not answer.", exception);
        }
    }

    private async Task ReceiveAsync(Attempt attempt, ServerLink link)
    {
        while (await link.ReceiveAsync(attempt.Ended).ConfigureAwait(false) is { } message)
        {
            if (message is ServerMessage.Welcome welcome) Greet(attempt, welcome.Limits);
            else if (message is ServerMessage.Signal signal) _client.Find(signal.Stream)?.Note(signal);
            else if (message.About is { } name && _client.Find(name) is { } stream) Take(stream, message);
            else if (message is ServerMessage.Error error) TakeError(error);
        }
    }

    /// <summary>What goes unanswered for too long is asked again; a server that does not even greet is left.</summary>
    private async Task TickAsync(Attempt attempt)
    {
        using var timer = new PeriodicTimer(_options.AnswerTimeout / 2, _options.Time);
        for (var ticks = 1; await timer.WaitForNextTickAsync(attempt.Ended).ConfigureAwait(false); ticks++)
        {
            if (attempt.Limits is null && ticks >= 2) throw new TransportException("The server does not answer.");
            foreach (var stream in _client.Streams) stream.Do((replica, outputs) => replica.Tick(outputs));
        }
    }

    private void Take(SyncedStream stream, ServerMessage message)
    {
        stream.Do((replica, outputs) => replica.Receive(message, outputs));
        if (message is ServerMessage.Subscribed && stream.Replica.IsLive)
        {
            _backoff.Reset();
            lock (_client.Gate) _later.Remove(stream);
            if (_needsToken) _trouble = null;
            _needsToken = false;
        }
        stream.NoteSynced();
        lock (_client.Gate)
        {
            if (!_client.TryPart()) return;
        }
        HangUp();
        ConnectNow();
    }

    private void TakeError(ServerMessage.Error error)
    {
        if (error.Code == ErrorCode.Unauthorized.Name) AskForToken(error.Message);
        else throw new TransportException($"The server refuses the connection: {error.Message}");
    }

    /// <summary>Nothing is refused for good because nobody is logged in: the next connection says another token.</summary>
    private void AskForToken(string reason)
    {
        _needsToken = true;
        _trouble = reason;
        HangUp();
    }

    private void Greet(Attempt attempt, ProtocolLimits limits)
    {
        if (!_needsToken) _trouble = null;
        lock (_client.Gate)
        {
            attempt.Limits = limits;
            foreach (var stream in _client.Streams) Ask(stream, attempt);
        }
        _client.RaiseStatusChanged();
    }

    private static void Ask(SyncedStream stream, Attempt attempt)
    {
        stream.Say = attempt.Link!.Say;
        stream.Do((replica, outputs) => replica.Connect(attempt.Limits!, outputs));
    }

    /// <summary>The server has too much to do for one stream: the others go on, and it is asked again after a while.</summary>
    private async Task ResumeLaterAsync(SyncedStream stream, CancellationToken ended)
    {
        if (!_later.TryGetValue(stream, out var backoff)) _later.Add(stream, backoff = NewBackoff());
        await Task.Delay(backoff.Next(), _options.Time, ended).ConfigureAwait(false);
        stream.Do((replica, outputs) =>
        {
            if (!ended.IsCancellationRequested) replica.Resume(outputs);
        });
    }

    private void Part()
    {
        lock (_client.Gate)
        {
            _attempt = null;
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

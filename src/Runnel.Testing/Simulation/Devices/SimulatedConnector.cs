using Runnel.Client;
using Runnel.Client.Connection;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Testing.Simulation.Network;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>
/// Keeps a client's connection as its own connector does, in turns instead of on threads: every message is a frame of bytes, written and
/// read by the product's codecs.
/// </summary>
internal sealed class SimulatedConnector : IConnector, IClientEnd
{
    private readonly DevicePlace _place;
    private readonly Turns _turns;
    private readonly RunnelClient _client;
    private readonly Backoff _backoff;
    private readonly Dictionary<SyncedStream, Backoff> _later = [];
    private SimulatedConnection? _connection;
    private FormerIdEnd? _ending;
    private ProtocolLimits? _limits;
    private bool _isSwitchedOff, _isHangingUp, _needsToken;
    private int _tries;

    public SimulatedConnector(DevicePlace place, Turns turns, RunnelClient client)
    {
        (_place, _turns, _client) = (place, turns, client);
        _backoff = NewBackoff();
        place.Context.Meet(_backoff);
    }

    public bool IsSwitchedOff
    {
        get => _isSwitchedOff;
        set
        {
            _isSwitchedOff = value;
            if (value) HangUp();
            else ConnectNow();
        }
    }

    public ConnectionState State =>
        _isSwitchedOff ? ConnectionState.SwitchedOff
        : _needsToken ? ConnectionState.NeedsToken
        : _limits is not null ? ConnectionState.Online
        : ConnectionState.Offline;

    public string? Trouble => null;

    /// <summary>Whether there is a connection on which the server has greeted.</summary>
    public bool IsOnline => _limits is not null;

    public void Start() => ConnectNow();

    public void ConnectNow() => TryIn(TimeSpan.Zero);

    public void Join(SyncedStream stream)
    {
        if (_limits is not null) Ask(stream);
    }

    public void Note(SyncedStream stream, ReplicaOutput output)
    {
        _place.Context.Meet(output);
        switch (output)
        {
            case ReplicaOutput.TryLater: ResumeLater(stream); break;
            case ReplicaOutput.AskForToken: AskForToken(); break;
            case ReplicaOutput.Superseded:
                _place.Context.Reach(Landmark.DeviceSuperseded);
                HangUp();
                break;
            case ReplicaOutput.FoundCopy copy: TakeForCopy(copy.Reason); break;
            case ReplicaOutput.StandsStill still: _place.Context.Break(Promise.SeenStays, $"{_place.Name} stands still: {still.Reason}"); break;
        }
    }

    public ValueTask DisposeAsync()
    {
        _ending?.GiveUp();
        _connection?.CloseAtClient();
        return ValueTask.CompletedTask;
    }

    public void Connected(SimulatedConnection connection) => _turns.Take(() =>
    {
        if (connection != _connection) return;
        Say(new ClientMessage.Hello(_client.Identity.Id, _client.Identity.Session, Server.Completed.Result(_client.Options.Token!(CancellationToken.None))));
    });

    public void Closed(SimulatedConnection connection) => _turns.Take(() =>
    {
        if (connection == _connection) Part();
    });

    public void Received(SimulatedConnection connection, ReadOnlyMemory<byte> frame) => _turns.Take(() =>
    {
        if (connection != _connection) return;
        var message = ServerMessageCodec.Parse(frame.Span)!;
        _place.Context.Meet(message);
        if (message is ServerMessage.Welcome welcome) Greet(welcome.Limits);
        else if (message.About is { } name && _client.Find(name) is { } stream) Take(stream, message);
        else if (message is ServerMessage.Error { Code: "unauthorized" }) AskForToken();
        else HangUp();
    });

    // In an order that does not hang on the hash codes of a process.
    private IEnumerable<SyncedStream> Streams => _client.Streams.OrderBy(stream => stream.Name, StringComparer.Ordinal);

    /// <summary>The link is lost without a word, as a ping would find out.</summary>
    public void HangUp()
    {
        if (_isHangingUp) return;
        _isHangingUp = true;
        _turns.After(DevicePlace.Instant, Part);
    }

    private void TryIn(TimeSpan delay)
    {
        var mine = ++_tries;
        _turns.After(delay + DevicePlace.Instant, () =>
        {
            if (mine == _tries && _connection is null && _ending is null && !_isSwitchedOff) _ = ConnectAsync();
        });
    }

    private async Task ConnectAsync()
    {
        if (_client.Identity.Former is [var former, ..])
        {
            _ending = new FormerIdEnd(_place, _turns, _client, former, TryNext);
            return;
        }
        var mine = _tries;
        var identity = await _client.NextSessionAsync(CancellationToken.None);
        if (!_turns.IsAlive || mine != _tries) return;
        _place.Oracle.SessionBegins(identity.Id.Value, identity.Session);
        _connection = _place.Link.Connect(this);
        _connection.Client = identity.Id.Value;
        _place.Context.Trace.Note($"{_place.Name} connects as {identity.Id}: connection {_connection.Number}, session {identity.Session}");
        Tick(_connection, 1);
    }

    private void TryNext()
    {
        _ending = null;
        TryIn(_backoff.Next());
    }

    private void Greet(ProtocolLimits limits)
    {
        _limits = limits;
        lock (_client.Gate)
        {
            foreach (var stream in Streams) Ask(stream);
        }
        _client.RaiseStatusChanged();
    }

    private void Ask(SyncedStream stream)
    {
        stream.Say = Say;
        stream.Do((replica, outputs) => replica.Connect(_limits!, outputs));
    }

    private void Say(ClientMessage message)
    {
        if (_connection is null) return;
        _place.Context.Meet(message);
        if (message is ClientMessage.Fetch) _place.Context.Reach(Landmark.DeviceFetched);
        var frame = Clients.PublishedEdits.ToFrame(message);
        if (message is not ClientMessage.Publish)
        {
            _connection.SendUp(frame);
            return;
        }
        var batch = PublishedFrame.Read(frame, _connection, _client.Identity.Session, _place.Oracle.Edits);
        _place.Oracle.Sends(batch);
        _connection.SendUp(frame, () => _place.Oracle.Arrives(batch));
    }

    private void Take(SyncedStream stream, ServerMessage message)
    {
        stream.Do((replica, outputs) => replica.Receive(_place.Options.Hooks.Hear(replica, message), outputs));
        if (message is ServerMessage.Subscribed && stream.Replica.IsLive)
        {
            _backoff.Reset();
            _later.Remove(stream);
            _needsToken = false;
        }
        stream.NoteSynced();
        lock (_client.Gate)
        {
            if (!_client.TryPart()) return;
        }
        _place.Context.Reach(Landmark.CopyParted);
        HangUp();
    }

    /// <summary>Half of the time has passed that an answer may take; and a connection that answers no ping is left.</summary>
    private void Tick(SimulatedConnection connection, int ticks) => _turns.After(_client.Options.AnswerTimeout / 2, () =>
    {
        if (connection != _connection) return;
        if ((_limits is null && ticks >= 2) || !connection.AnswersPings)
        {
            Part();
            return;
        }
        foreach (var stream in Streams) stream.Do((replica, outputs) => replica.Tick(outputs));
        Tick(connection, ticks + 1);
    });

    private void ResumeLater(SyncedStream stream)
    {
        _place.Context.Reach(Landmark.DeviceToldLater);
        if (!_later.TryGetValue(stream, out var backoff)) _later.Add(stream, backoff = NewBackoff());
        var connection = _connection;
        _turns.After(backoff.Next(), () =>
        {
            if (connection is not null && connection == _connection) stream.Do((replica, outputs) => replica.Resume(outputs));
        });
    }

    private void AskForToken()
    {
        _place.Context.Reach(Landmark.TokenExpired);
        _needsToken = true;
        HangUp();
    }

    private void TakeForCopy(string reason)
    {
        _place.Context.Trace.Note($"{_place.Name} finds that its store is a copy: {reason}");
        _place.Context.Reach(Landmark.CopyFound);
        if (_place.Oracle.HoldsWhatWasRefused(_client.Identity.Id.Value)) _place.IsLikeCopy = true;
        else if (!_place.Oracle.HasCopies) _place.Context.Break(Promise.ExactlyOnce, $"{_place.Name} gives its id up without need: {reason}");
        _place.Options.Hooks.FoundCopy(_client);
        HangUp();
    }

    private void Part()
    {
        _isHangingUp = false;
        _connection?.CloseAtClient();
        (_connection, _limits) = (null, null);
        lock (_client.Gate)
        {
            foreach (var stream in Streams)
            {
                stream.Say = null;
                stream.Replica.Disconnect();
            }
        }
        _client.RaiseStatusChanged();
        TryIn(_backoff.Next());
    }

    private Backoff NewBackoff() => new(_client.Options.MinReconnectDelay, _client.Options.MaxReconnectDelay, _client.Options.Ids);
}

using System.Globalization;
using System.Text;
using Runnel.Client.Connection;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;

namespace Runnel.Client.Sharing;

/// <summary>
/// An instance among those that have one local store open (docs/decisions/0009). One leads: it takes over what the others hand it, and
/// talks to the server. The others follow what it commits, and show their own edits over that until they come back in a commit.
/// </summary>
internal sealed class StoreFellow : IAsyncDisposable
{
    // A store that cannot be read is tried again, as one that cannot be written is.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private const string Switch = "switch ", Off = "off", On = "on", Connect = "connect", State = "state ", Close = "close ", SaySignal = "signal ", HeardSignal = "heard ", Trouble = "trouble ";

    private readonly RunnelClient _client;
    private readonly ISharedLocalStore _store;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, long> _taken = [];
    private readonly SemaphoreSlim _news = new(1, 1);
    private Task _loop = Task.CompletedTask;
    private string? _said;
    private long _lastHanded, _switched;

    public StoreFellow(RunnelClient client, ISharedLocalStore store)
    {
        _client = client;
        _store = store;
        IsFollowing = !store.IsLeading;
    }

    /// <summary>Whether another instance leads.</summary>
    public bool IsFollowing { get; private set; }

    /// <summary>How the leader stands to the server, as far as it has said so.</summary>
    public ConnectionState LeaderState { get; private set; } = ConnectionState.Offline;

    /// <summary>The name of what is handed over next; the gate is held.</summary>
    public HandedName NextName() => new(_store.Instance, ++_lastHanded);

    /// <summary>Begins to lead or to follow.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsFollowing)
        {
            foreach (var stream in _client.Streams) stream.Replica.Follow();
        }
        else
        {
            await SweepAsync(cancellationToken).ConfigureAwait(false);
        }
        _loop = RunAsync();
    }

    /// <summary>Tells the others what has changed, if it is this one that knows.</summary>
    public void NoteState(ConnectionState state)
    {
        if (IsFollowing) return;
        var text = $"{State}{_switched} {(_client.IsSwitchedOff ? Off : On)} {state}";
        if (text == _said) return;
        _said = text;
        _store.Say(text);
    }

    /// <summary>
    /// The app has switched the network off, or on again: that holds for all instances. The leader's word counts; another asks it to, and says which
    /// of its words it had heard, so that none that is older than the leader's last one undoes that.
    /// </summary>
    public void NoteSwitch(bool isOff)
    {
        if (IsFollowing) _store.Say($"{Switch}{_switched} {(isOff ? Off : On)}");
        else SayAnew(++_switched);
    }

    /// <summary>Tells the others how a stream stands.</summary>
    public void NoteTrouble(StreamName stream, bool hasDiverged, string? words) => _store.Say($"{Trouble}{stream} {hasDiverged} {words}");

    /// <summary>The app looks at a stream no longer: whoever leads may let it rest, and whoever still looks at it says so.</summary>
    public void NoteClosed(StreamName stream) => _store.Say($"{Close}{stream}");

    /// <summary>Has the leader send a signal; <c>false</c> if that has no connection.</summary>
    public bool TrySignal(StreamName stream, ReadOnlyMemory<byte> json)
    {
        if (LeaderState is not (ConnectionState.Online or ConnectionState.CatchingUp)) return false;
        _store.Say($"{SaySignal}{stream} {Encoding.UTF8.GetString(json.Span)}");
        return true;
    }

    /// <summary>Lets the others hear a signal, too.</summary>
    public void NoteSignal(StreamName stream, ClientId from, ReadOnlyMemory<byte> json)
    {
        if (!IsFollowing) _store.Say($"{HeardSignal}{stream} {from} {Encoding.UTF8.GetString(json.Span)}");
    }

    /// <summary>Does something that reads the store, while what the others commit waits behind it.</summary>
    public async Task BetweenNewsAsync(Func<Task> read, CancellationToken cancellationToken)
    {
        await _news.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await read().ConfigureAwait(false);
        }
        finally
        {
            _news.Release();
        }
    }

    /// <summary>The app wants a connection now.</summary>
    public void NoteWanted()
    {
        if (IsFollowing) _store.Say(Connect);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _news.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var news in _store.NewsAsync(_stopping.Token).ConfigureAwait(false))
        {
            await BetweenNewsAsync(() => TakeUntilReadAsync(news), _stopping.Token).ConfigureAwait(false);
        }
    }

    private async Task TakeUntilReadAsync(StoreNews news)
    {
        while (!await TryTakeAsync(news).ConfigureAwait(false)) await Task.Delay(RetryDelay, _client.Options.Time, _stopping.Token).ConfigureAwait(false);
    }

    /// <summary>False if the store could not be read, which the client's status then says.</summary>
    private async Task<bool> TryTakeAsync(StoreNews news)
    {
        try
        {
            await TakeAsync(news).ConfigureAwait(false);
            return true;
        }
        catch (LocalStoreException exception)
        {
            _client.NoteStore(exception);
            return false;
        }
    }

    private async Task TakeAsync(StoreNews news)
    {
        switch (news)
        {
            case StoreNews.Leading when IsFollowing: await LeadAsync().ConfigureAwait(false); break;
            case StoreNews.Committed committed when IsFollowing && !StartsOver(committed): Follow(committed.Writes); break;
            case StoreNews.Missed or StoreNews.Committed when IsFollowing: await ReadAgainAsync().ConfigureAwait(false); break;
            case StoreNews.Handed when !IsFollowing:
                SayAnew(_switched);   // the other may have just come
                await SweepAsync(_stopping.Token).ConfigureAwait(false);
                break;
            case StoreNews.Said said when said.Text.StartsWith(Close, StringComparison.Ordinal): await HearClosedAsync(StreamName.Parse(said.Text[Close.Length..])).ConfigureAwait(false); break;
            case StoreNews.Said said: Hear(said.Text); break;
            case StoreNews.Woken: _client.ConnectNow(); break;
            case StoreNews.Warned: _client.RaiseStatusChanged(); break;
        }
    }

    private void Hear(string text)
    {
        switch (text)
        {
            case var other when !IsFollowing && other.StartsWith(Switch, StringComparison.Ordinal) && other.Split(' ') is [_, var heard, var isOff]:
                var isCurrent = long.Parse(heard, CultureInfo.InvariantCulture) >= _switched;
                if (isCurrent) _client.Connector.IsSwitchedOff = isOff == Off;
                SayAnew(isCurrent ? _switched + 1 : _switched);
                break;
            case Connect when !IsFollowing: _client.ConnectNow(); break;
            case var other when !IsFollowing && other.StartsWith(SaySignal, StringComparison.Ordinal) && other.Split(' ', 3) is [_, var stream, var json]:
                _client.Find(StreamName.Parse(stream))?.TrySignal(json);
                break;
            case var other when IsFollowing && other.StartsWith(HeardSignal, StringComparison.Ordinal) && other.Split(' ', 4) is [_, var stream, var from, var json]:
                _client.Find(StreamName.Parse(stream))?.Hear(ClientId.Parse(from), Encoding.UTF8.GetBytes(json));
                break;
            case var other when IsFollowing && other.StartsWith(Trouble, StringComparison.Ordinal) && other.Split(' ', 4) is [_, var stream, var hasDiverged, var words]:
                lock (_client.Gate) _client.Find(StreamName.Parse(stream))?.FollowTrouble(bool.Parse(hasDiverged), words.Length == 0 ? null : words);
                break;
            case var other when IsFollowing && other.StartsWith(State, StringComparison.Ordinal) && other.Split(' ') is [_, var switched, var isOff, var state]:
                _switched = long.Parse(switched, CultureInfo.InvariantCulture);
                LeaderState = Enum.Parse<ConnectionState>(state);
                if (_client.IsSwitchedOff != (isOff == Off)) _client.Connector.IsSwitchedOff = isOff == Off;
                _client.RaiseStatusChanged();
                break;
        }
    }

    /// <summary>Tells the others how things are, whether or not that has changed.</summary>
    private void SayAnew(long switched)
    {
        _switched = switched;
        _said = null;
        NoteState(_client.Connector.State);
        lock (_client.Gate)
        {
            foreach (var stream in _client.Streams) stream.ShareTroubleAnew();
        }
    }

    /// <summary>The leader lets a stream rest that nobody looks at here; a follower that looks at it has the leader open it again.</summary>
    private async Task HearClosedAsync(StreamName name)
    {
        if (_client.Find(name) is not { } stream) return;
        if (!IsFollowing && !stream.IsWanted) await _client.LetRestAsync(stream, _stopping.Token).ConfigureAwait(false);
        lock (_client.Gate)
        {
            if (IsFollowing && stream.IsWanted) stream.Mention();
        }
    }

    /// <summary>What the leader has committed is what is there; own edits that it has not taken yet lie over that.</summary>
    private void Follow(IReadOnlyList<LocalWrite> writes)
    {
        lock (_client.Gate)
        {
            foreach (var (key, value) in writes)
            {
                if (key.Kind == LocalKind.Client && value is { } row) _client.Follow(ClientIdentity.Read(row.Span));
                if (key.Kind == LocalKind.Stream && value is not null) _client.TryFollowStream(StreamName.Parse(key.Name));
            }
            foreach (var stream in _client.Streams)
            {
                var own = writes.Where(write => write.Key.Stream == stream.Name || write.Key is { Kind: LocalKind.Stream } or { Kind: LocalKind.Handed } && IsOf(write, stream)).ToList();
                if (own.Count > 0) stream.Follow(own);
            }
        }
    }

    /// <summary>Only a stream that is taken from its beginning forgets records.</summary>
    private static bool StartsOver(StoreNews.Committed committed) => committed.Writes.Any(write => write is { Key.Kind: LocalKind.Record, Value: null });

    private static bool IsOf(LocalWrite write, SyncedStream stream) =>
        write.Key.Kind == LocalKind.Stream ? write.Key.Name == stream.Name : write.Value is null && stream.HasHanded(HandedName.Of(write.Key.Name));

    private async Task ReadAgainAsync()
    {
        var durable = _client.DurableHanded();
        var (identity, streams, handed) = await ReadAllAsync().ConfigureAwait(false);
        lock (_client.Gate)
        {
            _client.Follow(identity);
            ReadAgain(streams, durable, handed);
        }
    }

    /// <summary>Takes what the store holds. Own steps that were <paramref name="durable"/> before it was read, and are not <paramref name="handed"/> in it, a leader has taken.</summary>
    private void ReadAgain(List<(StreamName, LoadedStream)> streams, IEnumerable<HandedName> durable, IEnumerable<LocalRow> handed)
    {
        var taken = durable.Except(handed.Select(row => HandedName.Of(row.Name))).ToHashSet();
        foreach (var (name, loaded) in streams) _client.TryFollowStream(name)?.ReadAgain(loaded, taken);
    }

    /// <summary>Nobody else writes any more: what is there is read once more, what was handed over is taken, and a connection tried.</summary>
    private async Task LeadAsync()
    {
        await _client.FlushAsync().WaitAsync(_stopping.Token).ConfigureAwait(false);
        await _client.WakeThoseWithEditsAsync(_stopping.Token).ConfigureAwait(false);
        var durable = _client.DurableHanded();   // the last leader may have taken some, and not lived to say so
        var (identity, streams, handed) = await ReadAllAsync().ConfigureAwait(false);
        await WakeAsync(handed, _stopping.Token).ConfigureAwait(false);
        lock (_client.Gate)
        {
            _client.Follow(identity);
            ReadAgain(streams, durable, handed);
            IsFollowing = false;
            var own = _client.Streams.Select(stream => (Stream: stream, Steps: stream.Lead())).ToList();
            Take(handed);
            // Made since, and on their way to disk: what removes them there comes behind.
            foreach (var (stream, steps) in own) foreach (var step in steps) TakeOnce(step.Name, stream.Replica.Stream, step.Step);
        }
        _client.Connector.Start();
        SayAnew(_switched + 1);
        _client.RaiseStatusChanged();
    }

    /// <summary>Takes what the others have handed over.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var handed = await ReadHandedAsync(cancellationToken).ConfigureAwait(false);
        await WakeAsync(handed, cancellationToken).ConfigureAwait(false);
        lock (_client.Gate) Take(handed);
    }

    private async Task WakeAsync(List<LocalRow> handed, CancellationToken cancellationToken)
    {
        foreach (var row in handed) await _client.WakeAsync(Read(row).Stream, cancellationToken).ConfigureAwait(false);
    }

    private void Take(List<LocalRow> handed)
    {
        foreach (var row in handed)
        {
            var (stream, step) = Read(row);
            TakeOnce(HandedName.Of(row.Name), stream, step);
        }
    }

    /// <summary>A row that was taken is there until the commit that removes it.</summary>
    private void TakeOnce(HandedName name, StreamName stream, HandedStep step)
    {
        if (_taken.GetValueOrDefault(name.Instance) >= name.Number) return;
        _taken[name.Instance] = name.Number;
        _client.StreamOf(stream, step.Settings).TakeHanded(name, step);
    }

    private static (StreamName Stream, HandedStep Step) Read(LocalRow row)
    {
        try
        {
            return HandedStep.Read(row.Value.Span);
        }
        catch (FormatException exception)
        {
            throw new LocalStoreException($"What another tab or process has handed over cannot be read: {exception.Message}", exception);
        }
    }

    private async Task<(ClientIdentity Identity, List<(StreamName, LoadedStream)> Streams, List<LocalRow> Handed)> ReadAllAsync()
    {
        ClientIdentity? identity = null;
        await foreach (var row in _store.ReadAsync(LocalKind.Client, "", _stopping.Token).ConfigureAwait(false)) identity = ClientIdentity.Read(row.Value.Span);
        var streams = new List<(StreamName, LoadedStream)>();
        await foreach (var row in _store.ReadAsync(LocalKind.Stream, "", _stopping.Token).ConfigureAwait(false))
        {
            if (_client.IsResting(StreamName.Parse(row.Name))) continue;
            streams.Add((StreamName.Parse(row.Name), await LoadedStream.ReadAsync(_store, row, _stopping.Token).ConfigureAwait(false)));
        }
        return (identity ?? _client.Identity, streams, await ReadHandedAsync(_stopping.Token).ConfigureAwait(false));
    }

    private async Task<List<LocalRow>> ReadHandedAsync(CancellationToken cancellationToken)
    {
        var rows = new List<LocalRow>();
        await foreach (var row in _store.ReadAsync(LocalKind.Handed, "", cancellationToken).ConfigureAwait(false)) rows.Add(row);
        return rows;
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.LightSwitch;

/// <summary>
/// The one lamp behind all light switches: a flip becomes an event of the stream <c>lightswitch</c>, and every event of that stream
/// becomes a state for all who watch. It follows the stream while somebody watches. Safe for use by many threads.
/// </summary>
internal sealed partial class Lamp(StreamHomes homes, TimeProvider time, ILogger<Lamp> logger) : IStreamFollower
{
    // A watcher needs only the last state; a few more smooth a burst.
    private const int MaxWaitingStates = 64;

    // A store in trouble is not asked all the time.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private static readonly StreamName Stream = StreamName.Parse("lightswitch");
    private static readonly ClientId Author = ClientId.Parse("lightswitch");
    private static readonly ObjectKey Key = new(CollectionName.Parse("switch"), ObjectId.Parse("lamp"));
    private static readonly FieldName LightsOn = FieldName.Parse("lightsOn");
    private static readonly StreamSettings Settings = new(StreamOrder.Total, []);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly HashSet<Channel<bool>> _watchers = [];
    private StreamWatch? _watch;
    private RecordSet _records = new(Settings);
    private int _isCatchingUp;
    private volatile bool _isWaiting;

    /// <summary>Whether it lets the store rest before it looks for its stream again.</summary>
    public bool IsWaiting => _isWaiting;

    /// <summary>Watches the lamp: its state now, then every state it takes on.</summary>
    public async Task<LampWatch> WatchAsync(CancellationToken cancellationToken)
    {
        var states = Channel.CreateBounded<bool>(new BoundedChannelOptions(MaxWaitingStates) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_watch is null)
            {
                _watch = homes.Watch(Stream);
                _watch.Feed.Follow(this);
            }
            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
            states.Writer.TryWrite(IsOn(_records));
            lock (_gate) _watchers.Add(states);
        }
        finally
        {
            _turn.Release();
        }
        return new LampWatch(states.Reader, () => Unwatch(states));
    }

    /// <summary>Puts the switch; returns once that is durable.</summary>
    /// <returns>Why it could not be done; <c>null</c> if it was.</returns>
    public async Task<Refusal?> PutAsync(bool isOn, CancellationToken cancellationToken)
    {
        if (await homes.FindAsync(Stream, cancellationToken).ConfigureAwait(false) is null
            && await homes.CreateAsync(Stream, Settings, cancellationToken).ConfigureAwait(false) is CreateResult.Refused { Refusal.Code.Name: not "settings_conflict" } notCreated)
        {
            return notCreated.Refusal;
        }
        var fields = EventFields.Create([new FieldChange(LightsOn, Delta.Set(CanonicalJson.FromBoolean(isOn)))]);
        var op = await IsThereAsync(cancellationToken).ConfigureAwait(false) ? EventOp.Update : EventOp.Insert;
        var request = new PublishRequest { Stream = Stream, Client = Author, Events = [new EventDraft(null, null, op, Key, fields)] };
        return (await homes.PublishAsync(request, cancellationToken).ConfigureAwait(false) as PublishResult.Refused)?.Refusal;
    }

    public void HeadMoved()
    {
        if (Interlocked.Exchange(ref _isCatchingUp, 1) == 0) _ = CatchUpAsync();
    }

    public void Signalled(ReadOnlyMemory<byte> message) { }

    public void Ended(Refusal refusal) => _ = BeginAnewAsync(refusal.Code == ErrorCode.Gone ? TimeSpan.Zero : RetryDelay);

    private void Unwatch(Channel<bool> states)
    {
        lock (_gate) _watchers.Remove(states);
        states.Writer.TryComplete();
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
            return _records.Visible(Key.Collection).Any(record => record.Key == Key);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CatchUpAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            // Taken back first: a head that moves from here on starts another round.
            Volatile.Write(ref _isCatchingUp, 0);
            await ReadOnAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StreamStoreException exception)
        {
            LogUnreadable(exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task BeginAnewAsync(TimeSpan delay)
    {
        var waiting = Task.Delay(delay, time);
        _isWaiting = true;
        await waiting.ConfigureAwait(false);
        _isWaiting = false;
        await _turn.WaitAsync().ConfigureAwait(false);
        _watch?.Dispose();
        _records = new RecordSet(Settings);
        _watch = homes.Watch(Stream);
        _watch.Feed.Follow(this);
        _turn.Release();
        Show(false);
        HeadMoved();
    }

    private async Task ReadOnAsync(CancellationToken cancellationToken)
    {
        await foreach (var block in homes.Store.ReadAsync(Stream, _records.Head, cancellationToken).ConfigureAwait(false))
        {
            foreach (var encoded in block.Events)
            {
                _records.Apply(EventCodec.ParseStored(encoded.Json.Span));
                Show(IsOn(_records));
            }
        }
    }

    private void Show(bool isOn)
    {
        lock (_gate)
        {
            foreach (var states in _watchers) states.Writer.TryWrite(isOn);
        }
    }

    private static bool IsOn(RecordSet records) =>
        records.Visible(Key.Collection).Where(record => record.Key == Key)
            .SelectMany(record => record.Fields.Members())
            .Any(member => member.Key == LightsOn.Value && member.Value == CanonicalJson.True);

    [LoggerMessage(1401, LogLevel.Error, "The stream of the light switch cannot be read")]
    private partial void LogUnreadable(Exception exception);
}

/// <summary>What a watcher of the lamp sees, until disposed.</summary>
internal sealed class LampWatch(ChannelReader<bool> states, Action unwatch) : IDisposable
{
    /// <summary>The states, the present one first; in a burst old ones are left out, the last one never.</summary>
    public ChannelReader<bool> States { get; } = states;

    public void Dispose() => unwatch();
}

using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Server.Sync;

/// <summary>
/// A connection's cursor in one stream. It holds no events: whenever the socket can take more it takes the next frame, from the
/// stream's memory if it keeps up, else from the store.
/// </summary>
internal sealed class Subscription : IStreamFollower, IDue, IDisposable
{
    private readonly StreamHeader _opened;
    private readonly StreamWatch _watch;
    private readonly Outgoing _outgoing;
    private readonly SyncOptions _options;
    private readonly Action<Subscription, Refusal> _ended;
    private readonly Lock _opening = new();
    private Seq _after;
    private int _isDue = 1;   // by the start
    private volatile bool _isOpen, _isDisposed;
    private Refusal? _endedEarly;

    public Subscription(StreamHeader opened, Seq after, StreamWatch watch, Outgoing outgoing, SyncOptions options, Action<Subscription, Refusal> ended)
    {
        _opened = opened;
        _after = after;
        _watch = watch;
        _outgoing = outgoing;
        _options = options;
        _ended = ended;
    }

    /// <summary>The stream.</summary>
    public StreamName Stream => _opened.Name;

    /// <summary>The stream's feed.</summary>
    public StreamFeed Feed => _watch.Feed;

    // The name may have passed to another stream between a look at the feed and the next.
    private bool IsGone => Feed.Header?.Id != _opened.Id;

    /// <summary>
    /// Gives <paramref name="answer"/>, and sends what follows it, unless the name has passed to another stream meanwhile. Whoever has read the
    /// answer follows the stream by then: what others signal because of it is not missed.
    /// </summary>
    public void Start(ServerMessage answer)
    {
        lock (_opening)
        {
            Feed.Follow(this, _opened.Id);
            _outgoing.Answer(answer);
            _isOpen = true;
        }
        if (_endedEarly is { } refusal) _ended(this, refusal);
        else _outgoing.Add(this);
    }

    public void HeadMoved()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0) _outgoing.Add(this);
    }

    public void Signalled(ReadOnlyMemory<byte> message)
    {
        WaitForAnswer();
        _outgoing.Signal(message);
    }

    public void Ended(Refusal refusal)
    {
        WaitForAnswer();
        if (_isOpen) _ended(this, refusal);
        else _endedEarly = refusal;   // by the thread that starts
    }

    public async ValueTask<bool> WriteAsync(ISyncSink sink, CancellationToken cancellationToken)
    {
        // Taken back first: a head that moves from here on makes the cursor due again.
        Volatile.Write(ref _isDue, 0);
        if (_isDisposed || Feed.Header is not { } header || (header.Head <= _after && header.Id == _opened.Id)) return false;
        try
        {
            var frame = Feed.TryTakeFrame(_opened.Id, _after, _options.MaxFrameEvents, _options.MaxFrameBytes)
                ?? await Feed.ReadFrameAsync(_opened.Id, _after, header.Head, _options.MaxFrameEvents, _options.MaxFrameBytes, cancellationToken).ConfigureAwait(false);
            if (frame is null)
            {
                if (IsGone) EndAsGone();
                return false;
            }
            await sink.WriteAsync(frame.Json, cancellationToken).ConfigureAwait(false);
            _after = frame.To;
        }
        catch (StreamStoreException exception)
        {
            _ended(this, StoreRefusal.Of(exception));
            return false;
        }
        return _after < header.Head && Interlocked.Exchange(ref _isDue, 1) == 0;
    }

    public void Dispose()
    {
        _isDisposed = true;
        Feed.Unfollow(this);
        _watch.Dispose();
    }

    /// <summary>What others do while the answer is being given comes behind it.</summary>
    private void WaitForAnswer()
    {
        if (_isOpen) return;
        lock (_opening) { }
    }

    private void EndAsGone() => _ended(this, new Refusal(ErrorCode.Gone, $"The stream {Stream} was deleted."));
}

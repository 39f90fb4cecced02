using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// What readers of one stream follow: its durable header, its most recent events in memory, and a word whenever the head has moved.
/// A reader is a cursor: it says where it stands and takes what comes next, from here if it is recent, else from the store, so a
/// slow one costs nothing but its place. Safe for use by many threads.
/// </summary>
public sealed class StreamFeed
{
    private readonly StreamName _stream;
    private readonly IStreamStore _store;
    private readonly Lock _gate = new();
    private readonly StreamTail _tail = new();
    private readonly HashSet<IStreamFollower> _followers = [];
    private IStreamFollower[]? _told;   // the followers as an array, until they change
    private readonly SharedFrames _frames = new();
    private FeedFrame? _frame;          // the last one built; in live running it is what everybody needs
    private EventBlock? _recalled;      // the last one read for the home; who sends a history again asks for one event after the other
    private volatile StreamHeader? _header;
    private Refusal? _closed;           // why there will never be anything more to follow

    /// <summary>Makes the feed of <paramref name="stream"/> for the shell that runs its home.</summary>
    public StreamFeed(StreamName stream, IStreamStore store)
    {
        _stream = stream;
        _store = store;
    }

    /// <summary>The stream as it durably is; <c>null</c> while it does not exist.</summary>
    public StreamHeader? Header => _header;

    /// <summary>Adds a follower; it is told of every move of the head from now on, or at once that the feed has been closed.</summary>
    public void Follow(IStreamFollower follower) => Follow(follower, static _ => true);

    /// <summary>Adds a follower of the stream that is <paramref name="streamId"/>; if that is gone by now, it is told so at once.</summary>
    public void Follow(IStreamFollower follower, string streamId) => Follow(follower, header => header?.Id == streamId);

    /// <summary>Takes a follower away.</summary>
    public void Unfollow(IStreamFollower follower)
    {
        lock (_gate)
        {
            _followers.Remove(follower);
            _told = null;
        }
    }

    /// <summary>
    /// The <c>events</c> frame that brings a reader of the stream <paramref name="streamId"/> on from <paramref name="after"/>, if what
    /// it needs is still in memory; else null, also once the name belongs to another stream. Readers who stand at the same place get
    /// the same bytes.
    /// </summary>
    public FeedFrame? TryTakeFrame(string streamId, Seq after, int maxEvents, int maxBytes)
    {
        lock (_gate)
        {
            if (_header is not { } header || header.Id != streamId) return null;
            if (_frame is { } built && built.After == after && built.Head == header.Head) return built;
            if (_frames.TryFind(after, out var kept)) return kept;
            var events = new List<EncodedEvent>();
            if (!_tail.TryRead(after, _frames.EventsToNext(after, maxEvents), maxBytes, events) || events.Count == 0) return null;
            _frame = FeedFrame.Build(_stream, after, header.Head, events);
            _frames.Add(_frame);
            return _frame;
        }
    }

    /// <summary>
    /// As <see cref="TryTakeFrame"/>, from the store, up to <paramref name="to"/>; <c>null</c> if there is nothing, or nothing of that
    /// stream any more. Readers who follow one another through the past get the same bytes, too.
    /// </summary>
    /// <exception cref="StreamStoreException">The store cannot be read.</exception>
    public async ValueTask<FeedFrame?> ReadFrameAsync(string streamId, Seq after, Seq to, int maxEvents, int maxBytes, CancellationToken cancellationToken)
    {
        int events;
        lock (_gate) events = _frames.EventsToNext(after, maxEvents);
        var page = await EventPage.ReadAsync(ReadAsync(after, cancellationToken), streamId, to, events, maxBytes).ConfigureAwait(false);
        if (page.Count == 0) return null;
        var frame = FeedFrame.Build(_stream, after, to, page);
        lock (_gate)
        {
            if (_header?.Id == streamId && _followers.Count > 0) _frames.Add(frame);
        }
        return frame;
    }

    /// <summary>Passes something ephemeral on to all followers but <paramref name="sender"/>.</summary>
    public void Signal(IStreamFollower sender, ReadOnlyMemory<byte> message)
    {
        foreach (var follower in Followers())
        {
            if (follower != sender) follower.Signalled(message);
        }
    }

    /// <summary>
    /// Adds to <paramref name="events"/> those right after <paramref name="after"/>, if they are still in memory; a page ends at
    /// <paramref name="maxEvents"/>, or with the event that reaches <paramref name="maxBytes"/>. False if they must be read from the store.
    /// </summary>
    public bool TryReadRecent(Seq after, int maxEvents, int maxBytes, List<EncodedEvent> events)
    {
        lock (_gate) return _tail.TryRead(after, maxEvents, maxBytes, events);
    }

    /// <summary>Reads on from just past <paramref name="after"/> to the durable head as it stood when the read began.</summary>
    /// <exception cref="StreamStoreException">The store cannot be read.</exception>
    public IAsyncEnumerable<EventBlock> ReadAsync(Seq after, CancellationToken cancellationToken) => _store.ReadAsync(_stream, after, cancellationToken);

    internal async ValueTask<ReadOnlyMemory<byte>> ReadOneAsync(Seq seq)
    {
        var after = new Seq(seq.Value - 1);
        var recent = new List<EncodedEvent>(1);
        if (TryReadRecent(after, 1, int.MaxValue, recent) && recent.Count == 1) return recent[0].Json;
        if (_recalled is { } known && known.From <= seq && seq <= known.To) return known.Events[(int)(seq - known.From)].Json;
        await foreach (var block in ReadAsync(after, CancellationToken.None).ConfigureAwait(false))
        {
            _recalled = block;
            return block.Events[0].Json;
        }
        throw new StreamStoreException(StoreFault.Damaged, $"Event {seq} of {_stream} cannot be found.") { Stream = _stream };
    }

    /// <summary>
    /// Begins anew from what the store says; if that is another stream, or none, the followers are told that theirs is gone. For the
    /// shell of the home.
    /// </summary>
    public void Reset(StreamHeader? header)
    {
        if (_header is { } before && before.Id != header?.Id) End(Gone);
        lock (_gate)
        {
            _header = header;
            _recalled = null;
            Forget();
        }
        foreach (var follower in Followers()) follower.HeadMoved();
    }

    /// <summary>Takes what has become durable, right behind what it had. For the shell of the home.</summary>
    public void Show(StreamHeader header, IReadOnlyList<EncodedEvent> events)
    {
        lock (_gate)
        {
            // Memory is for those who follow: whoever comes later begins in the store anyway.
            if (_followers.Count == 0) Forget();
            else foreach (var encoded in events) _tail.Add(encoded);
            _header = header;
        }
        foreach (var follower in Followers()) follower.HeadMoved();
    }

    /// <summary>Tells the followers that there is nothing more to follow here, and lets them go. For the shell of the home.</summary>
    public void End(Refusal refusal)
    {
        IStreamFollower[] followers;
        lock (_gate)
        {
            followers = [.. _followers];
            _followers.Clear();
            _told = null;
            _header = null;
            _recalled = null;
            Forget();
        }
        foreach (var follower in followers) follower.Ended(refusal);
    }

    /// <summary>Ends the feed for good: who comes to follow it later is told <paramref name="refusal"/> too. For the shell of the home.</summary>
    public void Close(Refusal refusal)
    {
        lock (_gate) _closed = refusal;
        End(refusal);
    }

    private void Forget()
    {
        _tail.Clear();
        _frames.Clear();
        _frame = null;
    }

    private Refusal Gone => new(ErrorCode.Gone, $"The stream {_stream} was deleted.");

    private void Follow(IStreamFollower follower, Func<StreamHeader?, bool> isThere)
    {
        Refusal? refusal;
        lock (_gate)
        {
            refusal = _closed ?? (isThere(_header) ? null : Gone);
            if (refusal is null) _followers.Add(follower);
            _told = null;
        }
        if (refusal is not null) follower.Ended(refusal);
    }

    private IStreamFollower[] Followers()
    {
        lock (_gate) return _told ??= [.. _followers];
    }
}

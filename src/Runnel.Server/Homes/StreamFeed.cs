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
    private FeedFrame? _frame;          // the last one built; in live running it is what everybody needs
    private volatile StreamHeader? _header;

    internal StreamFeed(StreamName stream, IStreamStore store)
    {
        _stream = stream;
        _store = store;
    }

    /// <summary>The stream as it durably is; <c>null</c> while it does not exist.</summary>
    public StreamHeader? Header => _header;

    /// <summary>Adds a follower; it is told of every move of the head from now on.</summary>
    public void Follow(IStreamFollower follower)
    {
        lock (_gate)
        {
            _followers.Add(follower);
            _told = null;
        }
    }

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
            if (_header?.Id != streamId) return null;
            if (_frame is { } built && built.After == after && built.Head == _header?.Head) return built;
            var events = new List<EncodedEvent>();
            if (_header is not { } header || !_tail.TryRead(after, maxEvents, maxBytes, events) || events.Count == 0) return null;
            return _frame = FeedFrame.Build(_stream, after, header.Head, events);
        }
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
        await foreach (var block in ReadAsync(after, CancellationToken.None).ConfigureAwait(false)) return block.Events[0].Json;
        throw new StreamStoreException(StoreFault.Damaged, $"Event {seq} of {_stream} cannot be found.") { Stream = _stream };
    }

    /// <summary>Begins anew from what the store says.</summary>
    internal void Reset(StreamHeader? header)
    {
        lock (_gate)
        {
            _header = header;
            _frame = null;
            _tail.Clear();
        }
        foreach (var follower in Followers()) follower.HeadMoved();
    }

    internal void Show(StreamHeader header, IReadOnlyList<EncodedEvent> events)
    {
        lock (_gate)
        {
            foreach (var encoded in events) _tail.Add(encoded);
            _header = header;
        }
        foreach (var follower in Followers()) follower.HeadMoved();
    }

    /// <summary>Tells the followers that there is nothing more to follow here, and lets them go.</summary>
    internal void End(Refusal refusal)
    {
        IStreamFollower[] followers;
        lock (_gate)
        {
            followers = [.. _followers];
            _followers.Clear();
            _told = null;
            _header = null;
            _frame = null;
            _tail.Clear();
        }
        foreach (var follower in followers) follower.Ended(refusal);
    }

    private IStreamFollower[] Followers()
    {
        lock (_gate) return _told ??= [.. _followers];
    }
}

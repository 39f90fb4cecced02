using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Testing.Simulation.Server;

/// <summary>A connection's place in one stream: follows the feed and sends what comes next, from memory if it keeps up, else from the store.</summary>
internal sealed class Cursor : IStreamFollower
{
    private readonly SimulationContext _context;
    private readonly ServerProcess _process;
    private readonly Gateway _gateway;
    private readonly HomeShell _home;
    private string _streamId = "";   // set before anything is followed
    private Seq _after;
    private bool _isDue, _isDisposed;

    public Cursor(SimulationContext context, ServerProcess process, Gateway gateway, StreamName stream, Seq after)
    {
        _context = context;
        _process = process;
        _gateway = gateway;
        _home = process.HomeOf(stream);
        _after = after;
        Stream = stream;
        _home.Watch();
    }

    public StreamName Stream { get; }

    /// <summary>Begins to send what is in the stream that is <paramref name="streamId"/>.</summary>
    public void Start(string streamId)
    {
        _streamId = streamId;
        _home.Feed.Follow(this, streamId);
        HeadMoved();
    }

    public void HeadMoved()
    {
        if (_isDue) return;
        _isDue = true;
        _process.Soon(Send);
    }

    public void Signalled(ReadOnlyMemory<byte> message) => throw new NotSupportedException("Nobody signals in this world.");

    public void Ended(Refusal refusal) => _gateway.End(this, refusal);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _home.Feed.Unfollow(this);
        _home.Unwatch();
    }

    private void Send()
    {
        _isDue = false;
        if (_isDisposed || _home.Feed.Header is not { } header || header.Id != _streamId || header.Head <= _after) return;
        try
        {
            if (NextFrame(header) is not { } frame) return;
            _gateway.SendEvents(frame);
            _after = frame.To;
        }
        catch (StreamStoreException exception)
        {
            _gateway.End(this, StoreRefusal.Of(exception));
            return;
        }
        if (_after < header.Head) HeadMoved();
    }

    private FeedFrame? NextFrame(StreamHeader header)
    {
        if (_home.Feed.TryTakeFrame(_streamId, _after, _process.Swarm.MaxFrameEvents, int.MaxValue) is { } recent)
        {
            _context.Reach(Landmark.ReadFromMemory);
            return recent;
        }
        var page = StorePage.Read(_home.Feed.ReadAsync(_after, CancellationToken.None), _streamId, header.Head, _process.Swarm.MaxFrameEvents);
        if (page.Count == 0) return null;
        _context.Reach(Landmark.ReadFromStore);
        return FeedFrame.Build(Stream, _after, header.Head, page);
    }
}

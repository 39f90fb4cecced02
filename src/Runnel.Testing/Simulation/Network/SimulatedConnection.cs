namespace Runnel.Testing.Simulation.Network;

/// <summary>
/// A connection between a client and one life of the server. Either end may close it; the other learns of that later, or never, and
/// frames that were on their way may still arrive at the server.
/// </summary>
internal sealed class SimulatedConnection(SimulationContext context, SimulatedNetwork network, SimulatedLink link, IClientEnd client)
{
    private IConnectionEnd? _server;
    private TimeSpan _lastUp, _lastDown;

    /// <summary>The connection's number in its world.</summary>
    public int Number { get; } = network.NextConnection();

    /// <summary>The id that the client says hello with.</summary>
    public string Client { get; set; } = link.Client;

    /// <inheritdoc cref="SimulatedLink.KeepsOrder"/>
    public bool KeepsOrder => link.KeepsOrder;

    /// <summary>Whether the server would answer a ping now.</summary>
    public bool AnswersPings => IsOpenAtClient && _server is not null && !link.IsCutUp && !link.IsCutDown;

    /// <summary>Whether the client has not closed it and does not know it closed.</summary>
    public bool IsOpenAtClient { get; private set; } = true;

    /// <summary>Knocks at the server.</summary>
    public void Open() => context.Timeline.After(network.Delay(), () =>
    {
        if (link.IsCutUp || !IsOpenAtClient) return;
        _server = network.Server.Accept(this);
        if (_server is null) context.Reach(Landmark.ConnectionRefused);
        context.Timeline.After(network.Delay(), () =>
        {
            if (link.IsCutDown || !IsOpenAtClient) return;
            if (_server is null) CloseForClient();
            else client.Connected(this);
        });
    });

    /// <summary>Sends a frame to the server; <paramref name="onArrival"/> is called each time it arrives, right before the server takes it.</summary>
    public void SendUp(ReadOnlyMemory<byte> frame, Action? onArrival = null)
    {
        if (!IsOpenAtClient) return;
        Note("->", frame);
        if (IsLost(link.IsCutUp)) return;
        Carry(ref _lastUp, link.CutUpUntil, () => ArriveAtServer(frame, onArrival));
        if (!KeepsOrder && network.Duplicates()) Carry(ref _lastUp, link.CutUpUntil, () => ArriveAtServer(frame, onArrival));
    }

    /// <summary>Sends a frame to the client.</summary>
    public void SendDown(ReadOnlyMemory<byte> frame)
    {
        if (_server is null) return;
        Note("<-", frame);
        if (IsLost(link.IsCutDown)) return;
        Carry(ref _lastDown, link.CutDownUntil, () => ArriveAtClient(frame));
        if (!KeepsOrder && network.Duplicates()) Carry(ref _lastDown, link.CutDownUntil, () => ArriveAtClient(frame));
    }

    /// <summary>The client lets go. The server learns of it behind everything that was on its way.</summary>
    public void CloseAtClient()
    {
        if (!IsOpenAtClient) return;
        IsOpenAtClient = false;
        context.Trace.Note($"{link.Client} closes connection {Number}");
        if (!link.IsCutUp && network.Notice() is { } notice) context.Timeline.After(notice + (network.Lateness() ?? TimeSpan.Zero), () => _server?.Closed(this));
        else context.Reach(Landmark.HalfOpenAtServer);
    }

    /// <summary>The server's process has ended.</summary>
    public void CloseAtServer()
    {
        _server = null;
        if (!IsOpenAtClient) return;
        if (!link.IsCutDown && network.Notice() is { } notice) context.Timeline.After(notice, CloseForClient);
        else context.Reach(Landmark.HalfOpenAtClient);
    }

    /// <summary>The connection breaks, and the client notices.</summary>
    public void Break()
    {
        if (!IsOpenAtClient) return;
        CloseAtClient();
        client.Closed(this);
    }

    private void CloseForClient()
    {
        if (!IsOpenAtClient) return;
        IsOpenAtClient = false;
        client.Closed(this);
    }

    private void ArriveAtServer(ReadOnlyMemory<byte> frame, Action? onArrival)
    {
        if (_server is null) return;
        if (IsOpenAtClient)
        {
            onArrival?.Invoke();
            _server.Received(this, frame);
        }
        else if (network.Lateness() is { } later)
        {
            context.Timeline.After(later, () => ArriveLate(frame, onArrival));
        }
    }

    private void ArriveLate(ReadOnlyMemory<byte> frame, Action? onArrival)
    {
        if (_server is null) return;
        context.Reach(Landmark.FrameOfDeadConnection);
        context.Trace.Note($"a late frame of {link.Client}'s dead connection {Number} arrives");
        onArrival?.Invoke();
        _server.Received(this, frame);
    }

    private void ArriveAtClient(ReadOnlyMemory<byte> frame)
    {
        if (IsOpenAtClient) client.Received(this, frame);
    }

    /// <summary>Whether a frame goes astray. Where order is kept it is only late behind a cut; what is lost there dooms the connection.</summary>
    private bool IsLost(bool isCut)
    {
        if (!KeepsOrder) return isCut || network.Loses();
        if (!network.Loses()) return false;
        context.Timeline.After(network.TimeToLive(), Break);
        return true;
    }

    private void Carry(ref TimeSpan last, TimeSpan cutUntil, Action arrive)
    {
        var arrival = context.Now + network.Delay();
        if (KeepsOrder && arrival < cutUntil) arrival = cutUntil;
        // In order, unless the frame overtakes: then the ones behind it still stay behind those before it.
        if (KeepsOrder || !network.Overtakes()) last = arrival = arrival > last ? arrival : last;
        context.Timeline.After(arrival - context.Now, arrive);
    }

    private void Note(string way, ReadOnlyMemory<byte> frame)
    {
        context.Trace.Note($"{link.Client} {Number} {way} {frame.Length} bytes");
        context.Trace.Include(frame.Span);
    }
}

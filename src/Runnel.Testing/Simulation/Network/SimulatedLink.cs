namespace Runnel.Testing.Simulation.Network;

/// <summary>One client's way to the server; it may be cut, one way or both.</summary>
internal sealed class SimulatedLink(SimulationContext context, SimulatedNetwork network, string client, bool keepsOrder)
{
    private TimeSpan _cutUpUntil, _cutDownUntil;
    private readonly List<SimulatedConnection> _connections = [];

    /// <summary>The client's name.</summary>
    public string Client => client;

    /// <summary>
    /// Whether it is a transport as WebSockets are: within a connection nothing is overtaken, doubled or silently lost. Plain authors live
    /// with less.
    /// </summary>
    public bool KeepsOrder => keepsOrder;

    /// <summary>When the way to the server is free again.</summary>
    public TimeSpan CutUpUntil => IsCutUp ? _cutUpUntil : TimeSpan.Zero;

    /// <summary>When the way to the client is free again.</summary>
    public TimeSpan CutDownUntil => IsCutDown ? _cutDownUntil : TimeSpan.Zero;

    /// <summary>Whether nothing gets through to the server.</summary>
    public bool IsCutUp => context.IsActive && context.Now < _cutUpUntil;

    /// <summary>Whether nothing gets through to the client.</summary>
    public bool IsCutDown => context.IsActive && context.Now < _cutDownUntil;

    /// <summary>Opens a connection; <paramref name="end"/> is told when it is there, or that nobody listens, or nothing at all.</summary>
    public SimulatedConnection Connect(IClientEnd end)
    {
        _connections.RemoveAll(known => !known.IsOpenAtClient);
        var connection = new SimulatedConnection(context, network, this, end);
        _connections.Add(connection);
        connection.Open();
        return connection;
    }

    /// <summary>Lets nothing through to the server, to the client, or both, for a while.</summary>
    public void Cut(TimeSpan? up, TimeSpan? down)
    {
        if (up is { } upTime) _cutUpUntil = context.Now + upTime;
        if (down is { } downTime) _cutDownUntil = context.Now + downTime;
        context.Reach(up is null || down is null ? Landmark.LinkCutOneWay : Landmark.LinkCutBothWays);
        context.Trace.Note($"the link of {client} is cut: up {up?.TotalMilliseconds} ms, down {down?.TotalMilliseconds} ms");
    }

    /// <summary>Breaks the connections that there are.</summary>
    public void Break()
    {
        foreach (var connection in _connections.ToList()) connection.Break();
    }
}

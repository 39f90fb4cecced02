using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Network;

/// <summary>Carries frames between clients and the server, as badly as was drawn.</summary>
internal sealed class SimulatedNetwork(SimulationContext context, SwarmSettings swarm, IServerPort server)
{
    // Everything takes some time, so that nothing happens inside the call that caused it.
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMicroseconds(50), HealthyDelay = TimeSpan.FromMilliseconds(10);

    // A lame connection lives long enough for frames to come behind the one that is missing.
    private static readonly TimeSpan LongestLameness = TimeSpan.FromSeconds(1);

    private readonly Chance _chance = context.Chance.For("network");
    private readonly List<SimulatedLink> _links = [];
    private int _connections;

    /// <summary>All links, in the order in which they were laid.</summary>
    public IReadOnlyList<SimulatedLink> Links => _links;

    /// <summary>Where clients connect to.</summary>
    public IServerPort Server => server;

    /// <summary>Lays a client's link.</summary>
    public SimulatedLink Link(string client, bool keepsOrder = false)
    {
        var link = new SimulatedLink(context, this, client, keepsOrder);
        _links.Add(link);
        return link;
    }

    /// <summary>A number for the next connection.</summary>
    public int NextConnection() => ++_connections;

    /// <summary>How long something is on its way.</summary>
    public TimeSpan Delay() => LeastDelay + _chance.Between(TimeSpan.Zero, context.IsActive ? swarm.MaxDelay : HealthyDelay);

    /// <summary>How much later a frame of a dead connection arrives; <c>null</c> if it never does.</summary>
    public TimeSpan? Lateness() => swarm.Has(SimulatedFaults.LateFrames) ? _chance.Between(TimeSpan.Zero, swarm.MaxLateness) : null;

    /// <summary>After how long an end learns that the other is gone; <c>null</c> if it never does.</summary>
    public TimeSpan? Notice() => context.IsActive && swarm.Has(SimulatedFaults.BrokenConnections) && _chance.Happens(0.5) ? null : Delay();

    /// <summary>How long a connection lasts that has lost a frame.</summary>
    public TimeSpan TimeToLive() => _chance.Between(TimeSpan.Zero, LongestLameness);

    /// <summary>Whether a frame is lost.</summary>
    public bool Loses() => Happens(swarm.LossRate, Landmark.FrameLost);

    /// <summary>Whether a frame arrives twice.</summary>
    public bool Duplicates() => Happens(swarm.DuplicationRate, Landmark.FrameDuplicated);

    /// <summary>Whether a frame may overtake those before it.</summary>
    public bool Overtakes() => Happens(swarm.OvertakingRate, Landmark.FrameOvertaking);

    private bool Happens(double rate, Landmark landmark)
    {
        if (!context.IsActive || !_chance.Happens(rate)) return false;
        context.Reach(landmark);
        return true;
    }
}

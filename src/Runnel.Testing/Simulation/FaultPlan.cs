using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Server;
using Runnel.Testing.Simulation.Time;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation;

/// <summary>The faults that come from outside, each kind now and then while the world is active.</summary>
internal sealed class FaultPlan(SimulationContext context, SwarmSettings swarm, SimulatedServer server, SimulatedNetwork network, StreamName doomed)
{
    private const int MaxLooks = 200;

    private static readonly TimeSpan LookTime = TimeSpan.FromMicroseconds(300);

    private readonly Chance _chance = context.Chance.For("faults");

    public void Start()
    {
        Repeat(SimulatedFaults.Crashes, () => Crash(_chance.Below(MaxLooks)));
        Repeat(SimulatedFaults.FullDisk, FillDisk);
        Repeat(SimulatedFaults.FailedReads, FailReads);
        Repeat(SimulatedFaults.BrokenConnections, BreakConnections);
        Repeat(SimulatedFaults.Deletions, () => server.Delete(doomed));
        Repeat(SimulatedFaults.Refusals, Refuse);
        Repeat(SimulatedFaults.Partitions, () =>
        {
            var way = _chance.Below(3);
            AnyLink()?.Cut(way != 0 ? Time(3_000) : null, way != 1 ? Time(3_000) : null);
        });
    }

    /// <summary>Ends all faults; a server that is down comes up again.</summary>
    public void Heal()
    {
        context.IsActive = false;
        context.Trace.Note("all faults end, and no more edits are made");
        (server.Disk.IsFull, server.Disk.FailsReads) = (false, false);
        server.Guard.Allow();
    }

    private void Repeat(SimulatedFaults fault, Action happen)
    {
        if (!swarm.Has(fault)) return;
        context.Timeline.After(_chance.Between(TimeSpan.Zero, swarm.MaxCalm), () =>
        {
            if (!context.IsActive) return;
            happen();
            Repeat(fault, happen);
        });
    }

    /// <summary>Crashes the server, preferably while a commit is on its way to the disk: most of the time none is.</summary>
    private void Crash(int looks)
    {
        if (looks == 0 || server.Disk.HasHeldCommit) server.Restart(_chance.Pick(UnsyncedWrites.Lost, UnsyncedWrites.Kept), Time(1_000));
        else context.Timeline.After(LookTime, () => Crash(looks - 1));
    }

    /// <summary>Breaks one connection, or all at once, as when a proxy is restarted.</summary>
    private void BreakConnections()
    {
        if (_chance.Happens(0.7)) AnyLink()?.Break();
        else foreach (var link in network.Links) link.Break();
    }

    private void Refuse()
    {
        if (_chance.Happens(0.3)) server.Guard.ExpireTokens();
        else if (_chance.Happens(0.6)) server.Guard.Forbid();
        else server.Guard.Allow();
    }

    private void FillDisk()
    {
        server.Disk.IsFull = true;
        context.Trace.Note("the disk is full");
        context.Timeline.After(Time(1_500), () => server.Disk.IsFull = false);
    }

    private void FailReads()
    {
        server.Disk.FailsReads = true;
        context.Trace.Note("the disk cannot be read");
        context.Timeline.After(Time(300), () => server.Disk.FailsReads = false);
    }

    /// <summary>One of the links; <c>null</c> in a world where nobody has connected yet.</summary>
    private SimulatedLink? AnyLink() => network.Links.Count == 0 ? null : network.Links[_chance.Below(network.Links.Count)];

    private TimeSpan Time(int milliseconds) => _chance.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(milliseconds));
}

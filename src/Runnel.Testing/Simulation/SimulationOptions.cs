using Runnel.Testing.LocalStores;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Devices;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation;

/// <summary>What a simulation runs, and what may go wrong in it. Never changes.</summary>
public sealed record SimulationOptions
{
    /// <summary>The kinds of faults that a seed may draw; each seed draws some of them.</summary>
    public SimulatedFaults Faults { get; init; } = SimulatedFaults.All;

    /// <summary>How large the world may be.</summary>
    public SimulationScale Scale { get; init; } = new();

    /// <summary>How the server opens its store, at each start of its process. What the store keeps for good lies on the disk.</summary>
    /// <remarks>
    /// The store completes its calls before they return, or inside <see cref="SimulatedDisk.ReleaseCommit"/>: a simulation has one thread.
    /// </remarks>
    public Func<SimulatedDisk, IStreamStore> OpenStore { get; init; } = disk => new InMemoryStreamStore(disk);

    /// <summary>What is put around each real home; nothing by default.</summary>
    public Func<ISimulatedHome, ISimulatedHome> AroundHome { get; init; } = home => home;

    /// <summary>Makes the app that runs on the devices of a world; <c>null</c> for users who make random edits.</summary>
    public Func<SimulatedApp>? App { get; init; }

    /// <summary>Makes the disk of a device; in memory by default. A disk that takes real time needs <see cref="Simulator.RunAsync"/>.</summary>
    internal Func<IDeviceDisk> NewDisk { get; init; } = static () => new SimulatedLocalDisk();

    /// <summary>Where tests make devices wrong; nowhere by default.</summary>
    internal DeviceHooks Hooks { get; init; } = new();

    /// <summary>How many of the last lines of the trace a report keeps.</summary>
    public int TraceLines { get; init; } = 150;

    /// <summary>The steps after which a run is taken for one that never comes to rest.</summary>
    public long MaxSteps { get; init; } = 2_000_000;
}

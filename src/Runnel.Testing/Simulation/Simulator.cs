namespace Runnel.Testing.Simulation;

/// <summary>
/// Runs Runnel's own code in a simulated world: one thread, virtual time, and a network, a disk and clients that do the worst they
/// may, all drawn from a seed. Every promise is watched; a run with the same seed and options goes the same way.
/// </summary>
/// <example><code>Simulator.Run(seed: 7).ThrowIfBroken();</code></example>
public static class Simulator
{
    /// <summary>Runs the world of <paramref name="seed"/> to its end, or to the first broken promise. Safe for use by many threads.</summary>
    /// <remarks>Takes some milliseconds and returns on the calling thread; nothing is left over.</remarks>
    public static SimulationReport Run(long seed, SimulationOptions? options = null) => Server.Completed.Result(RunAsync(seed, options ?? new SimulationOptions()));

    /// <summary>The same for worlds whose devices have disks that take real time: the world stands still meanwhile, so that a seed goes the same way on any disk.</summary>
    /// <remarks>To be called where one thread does everything, as in a browser.</remarks>
    internal static ValueTask<SimulationReport> RunAsync(long seed, SimulationOptions options)
    {
        // What waits for a commit must go on inside the disk's release, which a synchronization context of the caller would prevent.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new World(seed, options).RunAsync();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}

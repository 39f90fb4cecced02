namespace Runnel.Testing.Simulation.Apps;

/// <summary>Tries an app of one's own, its models and its rules, in simulated worlds: on several devices, with all that may go wrong.</summary>
/// <example><code>await AppSimulation.RunAsync(seeds: 200, () => new NotesApp());</code></example>
public static class AppSimulation
{
    /// <summary>What goes wrong by default: everything but what loses edits by right (copied stores) or by the server's decision (refusals).</summary>
    public const SimulatedFaults DefaultFaults =
        SimulatedFaults.All & ~(SimulatedFaults.RestoredCopies | SimulatedFaults.Clones | SimulatedFaults.Refusals | SimulatedFaults.Deletions | SimulatedFaults.WrongPublishes);

    /// <summary>Runs the app in <paramref name="seeds"/> worlds, each with an app of its own. Safe for use by many threads.</summary>
    /// <param name="seeds">How many worlds.</param>
    /// <param name="app">Makes the app of a world.</param>
    /// <param name="firstSeed">The first seed; give that of a failure to see it again.</param>
    /// <param name="faults">What may go wrong.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="BrokenPromiseException">An invariant of the app, or a promise of Runnel's, does not hold; the message has the seed, how and the trace.</exception>
    public static Task<CampaignReport> RunAsync(
        int seeds, Func<SimulatedApp> app, long firstSeed = 1, SimulatedFaults faults = DefaultFaults, CancellationToken cancellationToken = default) => Task.Factory.StartNew(() =>
    {
        var options = new SimulationOptions
        {
            App = app,
            Faults = faults,
            Scale = new SimulationScale { Streams = 1, Authors = 0, HandAuthors = 0, Readers = 0 },
        };
        var report = SimulationCampaign.Run(firstSeed, seeds, options, cancellationToken: cancellationToken);
        report.ThrowIfBroken();
        return report;
    },
    cancellationToken,
    TaskCreationOptions.LongRunning,
    TaskScheduler.Default);
}

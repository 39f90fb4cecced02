namespace Runnel.Testing.Simulation;

/// <summary>Makes a world that breaks a promise as small as it can be made: fewer kinds of faults, fewer inhabitants, less time.</summary>
public static class SimulationShrinker
{
    // Each try is a run; a world that is still large after so many is shown as it is.
    private const int MaxTries = 300;

    /// <summary>
    /// Tries smaller options as long as the seed of <paramref name="broken"/> still breaks the same promise with them, and gives the
    /// smallest. Safe for use by many threads.
    /// </summary>
    /// <param name="broken">The report of a broken promise.</param>
    /// <param name="options">The options that it was run with.</param>
    /// <exception cref="ArgumentException">No promise was broken.</exception>
    public static ShrunkSimulation Shrink(SimulationReport broken, SimulationOptions options)
    {
        if (broken.Broken is not { } promise) throw new ArgumentException("All promises were kept: there is nothing to make smaller.", nameof(broken));
        var smallest = new ShrunkSimulation(options with { Faults = options.Faults & broken.Faults }, broken, 0);
        for (var tries = 1; tries <= MaxTries && TryMakeSmaller(smallest, promise.Promise, ref tries) is { } smaller; tries++) smallest = smaller with { Tries = tries };
        return smallest;
    }

    private static ShrunkSimulation? TryMakeSmaller(ShrunkSimulation known, Promise promise, ref int tries)
    {
        foreach (var options in Smaller(known.Options))
        {
            if (++tries > MaxTries) return null;
            var report = Simulator.Run(known.Report.Seed, options);
            if (report.Broken?.Promise == promise) return new ShrunkSimulation(options, report, tries);
        }
        return null;
    }

    private static IEnumerable<SimulationOptions> Smaller(SimulationOptions options)
    {
        var scale = options.Scale;
        foreach (var fault in Enum.GetValues<SimulatedFaults>().Where(fault => fault is not (SimulatedFaults.None or SimulatedFaults.All) && options.Faults.HasFlag(fault)))
        {
            yield return options with { Faults = options.Faults & ~fault };
        }
        if (scale.HandAuthors > 0) yield return options with { Scale = scale with { HandAuthors = scale.HandAuthors - 1 } };
        if (scale.Readers > 0) yield return options with { Scale = scale with { Readers = scale.Readers - 1 } };
        if (scale.Authors > 0) yield return options with { Scale = scale with { Authors = scale.Authors - 1 } };
        if (scale.Devices > 0) yield return options with { Scale = scale with { Devices = scale.Devices - 1 } };
        if (scale.Streams > 1) yield return options with { Scale = scale with { Streams = scale.Streams - 1 } };
        if (scale.ActiveTime > TimeSpan.FromMilliseconds(100)) yield return options with { Scale = scale with { ActiveTime = scale.ActiveTime * 0.7 } };
    }
}

/// <summary>The smallest world that was found to break a promise.</summary>
/// <param name="Options">Its options: with them the seed breaks the promise.</param>
/// <param name="Report">What it saw.</param>
/// <param name="Tries">How many runs it took to find it.</param>
public sealed record ShrunkSimulation(SimulationOptions Options, SimulationReport Report, int Tries);

using System.Globalization;
using System.Text;

namespace Runnel.Testing.Simulation;

/// <summary>What a simulation has seen. Never changes.</summary>
public sealed record SimulationReport
{
    /// <summary>The seed; running it again, with the same options, does the same.</summary>
    public required long Seed { get; init; }

    /// <summary>What the seed has drawn: sizes, faults and their rates.</summary>
    public required string Swarm { get; init; }

    /// <summary>The kinds of faults that the seed has drawn.</summary>
    public required SimulatedFaults Faults { get; init; }

    /// <summary>The promise that was broken first; <c>null</c> if all were kept.</summary>
    public required BrokenPromise? Broken { get; init; }

    /// <summary>The last lines of the trace.</summary>
    public required IReadOnlyList<string> Trace { get; init; }

    /// <summary>A hash of everything that happened: equal for two runs exactly if they went the same way.</summary>
    public required string TraceHash { get; init; }

    /// <summary>How often each landmark was reached; one that was not is 0.</summary>
    public required IReadOnlyDictionary<Landmark, long> Reached { get; init; }

    /// <summary>The types of Runnel itself whose values went through the simulation's hands.</summary>
    public required IReadOnlySet<Type> ProductTypes { get; init; }

    /// <summary>How many events were acknowledged.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>How many steps were taken.</summary>
    public required long Steps { get; init; }

    /// <summary>The virtual time that has passed.</summary>
    public required TimeSpan VirtualTime { get; init; }

    /// <summary>Nothing, if all promises were kept.</summary>
    /// <exception cref="BrokenPromiseException">One was broken; its message has the promise, the seed and the end of the trace.</exception>
    public void ThrowIfBroken()
    {
        if (Broken is not null) throw new BrokenPromiseException(this);
    }

    /// <summary>The report in words, with the end of the trace if a promise was broken.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {Seed}: {Broken?.ToString() ?? "all promises kept"}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Acknowledged} events acknowledged in {VirtualTime.TotalSeconds:F1} virtual seconds, {Steps} steps; trace {TraceHash}");
        text.AppendLine(Swarm);
        if (Broken is null) return text.ToString();
        foreach (var line in Trace) text.AppendLine(line);
        return text.AppendLine(CultureInfo.InvariantCulture, $"Seed {Seed}: {Broken}").ToString();
    }
}

/// <summary>A simulation has seen a promise broken.</summary>
public sealed class BrokenPromiseException : Exception
{
    internal BrokenPromiseException(SimulationReport report) : base(report.ToString()) => Report = report;

    /// <summary>What the simulation has seen.</summary>
    public SimulationReport Report { get; }
}

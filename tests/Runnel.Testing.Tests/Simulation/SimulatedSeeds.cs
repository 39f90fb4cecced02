using System.Globalization;
using Runnel.Testing.Simulation;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation;

/// <summary>The default seeds, run once for all tests that look at them.</summary>
public sealed class SimulatedSeeds
{
    internal const long First = 1;

    private readonly Dictionary<Landmark, long> _reached = Enum.GetValues<Landmark>().ToDictionary(landmark => landmark, _ => 0L);
    private readonly HashSet<Type> _types = [];
    private readonly List<SimulationReport> _broken = [];

    public SimulatedSeeds()
    {
        var started = TimeProvider.System.GetTimestamp();
        var virtualTime = TimeSpan.Zero;
        long steps = 0;
        for (var seed = First; seed < First + Count; seed++)
        {
            var report = Simulator.Run(seed);
            virtualTime += report.VirtualTime;
            steps += report.Steps;
            Add(report);
        }
        var real = TimeProvider.System.GetElapsedTime(started);
        Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{Count} seeds in {real.TotalSeconds:F1} s: {Count / real.TotalSeconds:F0} seeds/s, {virtualTime / real:F0} virtual seconds a second, {steps / Count} steps and {Acknowledged / Count} acknowledged events a seed.");
    }

    internal static int Count { get; } = Randomized.Runs(200);

    /// <summary>How fast they ran.</summary>
    public string Summary { get; }

    /// <summary>How many events were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The seeds that broke a promise.</summary>
    public IReadOnlyList<SimulationReport> Broken => _broken;

    /// <summary>How often each landmark was reached.</summary>
    public IReadOnlyDictionary<Landmark, long> Reached => _reached;

    /// <summary>The types of the product that ran.</summary>
    public IReadOnlySet<Type> ProductTypes => _types;

    private void Add(SimulationReport report)
    {
        Acknowledged += report.Acknowledged;
        _types.UnionWith(report.ProductTypes);
        foreach (var (landmark, times) in report.Reached) _reached[landmark] += times;
        if (report.Broken is not null && _broken.Count < 3) _broken.Add(report);
    }
}

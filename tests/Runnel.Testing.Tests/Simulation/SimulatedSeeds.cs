using Runnel.Testing.Simulation;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation;

/// <summary>The default seeds, run once for all tests that look at them.</summary>
public sealed class SimulatedSeeds
{
    internal const long First = 1;

    /// <summary>What they have seen.</summary>
    public CampaignReport Report { get; } = SimulationCampaign.Run(First, Count);

    internal static int Count { get; } = Randomized.Runs(400, inLongRuns: 100_000);
}

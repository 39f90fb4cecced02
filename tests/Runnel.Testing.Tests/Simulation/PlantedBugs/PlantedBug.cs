using Runnel.Testing.Simulation;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>A mistake that is made on purpose in an otherwise right world.</summary>
/// <param name="Name">What is wrong, in words.</param>
/// <param name="Area">The part that it is in.</param>
/// <param name="Promise">The promise that it breaks.</param>
/// <param name="Plant">Makes the options of a wrong world.</param>
public sealed record PlantedBug(string Name, string Area, Promise Promise, Func<SimulationOptions> Plant)
{
    /// <summary>Another promise that tells of the same mistake, where two can; which comes first hangs on the seed.</summary>
    public Promise? Or { get; init; }

    /// <summary>The promise, or both.</summary>
    public string Promises => Or is { } or ? $"{Promise} or {or}" : $"{Promise}";

    public override string ToString() => Name;
}

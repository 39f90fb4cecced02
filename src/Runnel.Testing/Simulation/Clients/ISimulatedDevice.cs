using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Clients;

/// <summary>A client that is more than a script: the product's own. It lives on the world's timeline.</summary>
internal interface ISimulatedDevice
{
    /// <summary>Does nothing more.</summary>
    void Silence();

    /// <summary>Everything has come to rest: says which promise is broken.</summary>
    void JudgeRest();
}

/// <summary>Where a device lives.</summary>
/// <param name="Context">What it shares with the world.</param>
/// <param name="Swarm">What was drawn.</param>
/// <param name="Oracle">Who is told what it sends and sees.</param>
/// <param name="Link">Its way to the server.</param>
/// <param name="Stream">The stream that it follows and edits.</param>
internal sealed record SimulatedPlace(SimulationContext Context, SwarmSettings Swarm, SimulationOracle Oracle, SimulatedLink Link, StreamName Stream);

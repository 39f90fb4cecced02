using Runnel.Records;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Network;
using Runnel.Testing.Simulation.Oracle;
using Runnel.Testing.Simulation.Server;
using Runnel.Testing.Simulation.Time;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>Where a device lives.</summary>
/// <param name="Context">What it shares with the world.</param>
/// <param name="Swarm">What was drawn.</param>
/// <param name="Options">What is simulated.</param>
/// <param name="Oracle">Who is told what it sends.</param>
/// <param name="Guard">Who says which token is good.</param>
/// <param name="Link">Its way to the server.</param>
/// <param name="Streams">The streams that it follows and edits, with the settings that its app wants.</param>
/// <param name="App">The app that runs on it; <c>null</c> for one that makes random edits.</param>
internal sealed record DevicePlace(
    SimulationContext Context, SwarmSettings Swarm, SimulationOptions Options, SimulationOracle Oracle, Guard Guard, SimulatedLink Link,
    IReadOnlyDictionary<StreamName, StreamSettings> Streams, SimulatedApp? App)
{
    /// <summary>No time, but not within the call that asks for it.</summary>
    public static TimeSpan Instant { get; } = TimeSpan.FromMicroseconds(50);

    /// <summary>The device's own chance.</summary>
    public Chance Chance { get; } = Context.Chance.For(Link.Client);

    /// <summary>Whether the device goes on as a copy does, though it is none: the server holds what it has refused to it.</summary>
    public bool IsLikeCopy { get; set; }

    /// <summary>The device's name.</summary>
    public string Name => Link.Client;
}

using System.CommandLine;

namespace Runnel.Cli.Demo;

/// <summary>What the demo and the server beneath it take.</summary>
internal static class DemoOptions
{
    /// <summary>The environment variable that hands the key to the server, so that no list of processes shows it.</summary>
    public const string KeyVariable = "RUNNEL_DEMO_KEY";

    /// <summary>Where to listen.</summary>
    public static readonly Option<int> Port = new("--port") { Description = "The port to listen on; 0 takes any free one.", DefaultValueFactory = _ => 8080 };

    /// <summary>Whether phones on the network may join.</summary>
    public static readonly Option<bool> Lan = new("--lan") { Description = "Let phones on this network join, with a key that holds until the demo stops." };
}

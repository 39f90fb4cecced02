using System.Runtime.InteropServices.JavaScript;
using System.Text.Json.Nodes;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Devices;

namespace Runnel.Client.Browser.Page.Worlds;

/// <summary>The simulator's worlds, with the disks of their devices in this browser's IndexedDB.</summary>
internal static partial class WorldRun
{
    private static int _runs;

    /// <summary>Runs the world of a seed; what was seen, as JSON. <paramref name="mistake"/> is one of <see cref="WrongStores"/>.</summary>
    [JSExport]
    public static async Task<string> RunAsync(int seed, string mistake)
    {
        await using var room = new DiskRoom($"world{++_runs}");
        var report = await Simulator.RunAsync(seed, new SimulationOptions { NewDisk = room.NewDisk, Hooks = new DeviceHooks { AroundStore = store => WrongStores.Around(store, mistake) } });
        return new JsonObject
        {
            ["broken"] = report.Broken?.Promise.ToString(),
            ["report"] = report.ToString(),
            ["trace"] = report.TraceHash,
            ["copies"] = room.Copies,
            ["commits"] = new JsonObject(room.Commits.Select(commits => KeyValuePair.Create<string, JsonNode?>(commits.Key.ToString(), commits.Value))),
            ["reached"] = new JsonArray([.. report.Reached.Where(reached => reached.Value > 0).Select(reached => (JsonNode)reached.Key.ToString())]),
        }.ToJsonString();
    }
}

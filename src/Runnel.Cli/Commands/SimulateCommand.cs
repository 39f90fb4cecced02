using System.CommandLine;
using System.Text.Json;
using Runnel.Cli.Output;
using Runnel.Testing.Simulation;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel simulate --seeds N [--seed S]</c></summary>
internal static class SimulateCommand
{
    // Far more than a year of one core's work; a number that is larger is a slip.
    private const int MaxSeeds = 1_000_000_000;

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How many worlds; each is drawn from a seed of its own.",
        DefaultValueFactory = _ => 1_000,
        Validators = { result => { if (result.GetValueOrDefault<int>() is < 1 or > MaxSeeds) result.AddError($"--seeds is 1 to {MaxSeeds}."); } },
    };

    private static readonly Option<long> Seed = new("--seed") { Description = "The first seed; with --seeds 1 that of a failure is seen again.", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "How many worlds at once; 0 for one on each core.",
        Validators = { result => { if (result.GetValueOrDefault<int>() is < 0 or > 1_024) result.AddError("--jobs is 0 to 1024."); } },
    };

    private static readonly Option<string?> Without = new("--without")
    {
        Description = $"Kinds of faults to leave out, with commas: {string.Join(", ", Enum.GetNames<SimulatedFaults>().Except(["None", "All"]))}.",
        Validators = { result => { if (result.GetValueOrDefault<string?>() is { } names && !TryParse(names, out _)) result.AddError($"--without has kinds of faults, not \"{names}\"."); } },
    };

    private static readonly Option<int> Lines = new("--trace")
    {
        Description = "How many of the last lines of a broken world's trace to show.",
        DefaultValueFactory = _ => 40,
        Validators = { result => { if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000) result.AddError("--trace is 1 to 1000000."); } },
    };

    public static Command Create()
    {
        var command = new Command("simulate", "Runs Runnel's own code in simulated worlds where everything goes wrong, and watches every promise.") { Seeds, Seed, Jobs, Without, Lines };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = parsed.GetValue(Seeds);
        var options = new SimulationOptions { Faults = SimulatedFaults.All & ~Parse(parsed.GetValue(Without)), TraceLines = parsed.GetValue(Lines) };
        var report = await ProgressBar.RunAsync("Simulating", count, advance => Task.Factory.StartNew(
            () => SimulationCampaign.Run(parsed.GetValue(Seed), count, options, parsed.GetValue(Jobs), advance, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) WriteJson(report);
        else Show(report, options);
        return report.BrokenSeeds == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static void Show(CampaignReport report, SimulationOptions options)
    {
        Console.WriteLine(report.Summary);
        foreach (var (landmark, times) in report.Reached) Console.WriteLine($"  {landmark,-28}{times,12:N0}");
        if (report.Unreached.Count > 0) Console.WriteLine($"Never reached: {string.Join(", ", report.Unreached)}");
        if (report.BrokenSeeds == 0)
        {
            Console.WriteLine("All promises were kept.");
            return;
        }
        Console.WriteLine($"{report.BrokenSeeds} seeds broke a promise; the first are");
        foreach (var broken in report.Broken) Console.WriteLine($"  seed {broken.Seed}: {broken.Broken}");
        var shrunk = SimulationShrinker.Shrink(report.Broken[0], options);
        Console.WriteLine($"\nSeed {shrunk.Report.Seed}, made smaller in {shrunk.Tries} tries: {shrunk.Options.Faults}; {shrunk.Options.Scale}");
        Console.Write(shrunk.Report);
    }

    private static void WriteJson(CampaignReport report) => JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("seeds", report.Seeds);
        writer.WriteNumber("brokenSeeds", report.BrokenSeeds);
        writer.WriteNumber("acknowledged", report.Acknowledged);
        writer.WriteNumber("steps", report.Steps);
        writer.WriteNumber("virtualSeconds", Math.Round(report.VirtualTime.TotalSeconds));
        writer.WriteNumber("seconds", Math.Round(report.RealTime.TotalSeconds, 1));
        writer.WriteStartArray("broken");
        foreach (var broken in report.Broken)
        {
            writer.WriteStartObject();
            writer.WriteNumber("seed", broken.Seed);
            writer.WriteString("promise", broken.Broken!.Promise.ToString());
            writer.WriteString("details", broken.Broken.Details);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("reached");
        foreach (var (landmark, times) in report.Reached) writer.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(landmark.ToString()), times);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static SimulatedFaults Parse(string? names) => names is not null && TryParse(names, out var faults) ? faults : SimulatedFaults.None;

    private static bool TryParse(string names, out SimulatedFaults faults) => Enum.TryParse(names, ignoreCase: true, out faults) && (faults & ~SimulatedFaults.All) == 0;
}

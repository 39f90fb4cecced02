using System.CommandLine;
using System.Globalization;
using Runnel.Cli.Output;
using Spectre.Console;

namespace Runnel.Cli.Bench;

/// <summary><c>runnel bench</c>: server and load in processes of their own on this machine, each figure beside its limit.</summary>
internal static class BenchCommand
{
    private static readonly Option<double> Seconds = new("--seconds") { Description = "How long each figure is taken.", DefaultValueFactory = _ => 5 };
    private static readonly Option<string?> Only = new("--only") { Description = "Takes only the figures whose names contain this." };

    // Each measurement with the words by which it can be chosen.
    private static readonly (string Words, Func<BenchRun, Task<IReadOnlyList<Figure>>> Take)[] Measurements =
    [
        ("acknowledged 1", async run => [await AcknowledgedBench.RunAsync(run, 1, 1_000).ConfigureAwait(false)]),
        ("acknowledged 16", async run => [await AcknowledgedBench.RunAsync(run, 16, 64).ConfigureAwait(false)]),
        ("delivered 50", async run => [await DeliveryBench.RunAsync(run, 50).ConfigureAwait(false)]),
        ("delivered 500", async run => [await DeliveryBench.RunAsync(run, 500).ConfigureAwait(false)]),
        ("published received latency", LatencyBench.RunAsync),
        ("stalled subscriber", StalledBench.RunAsync),
        ("memory idle", async run => [await IdleBench.RunAsync(run).ConfigureAwait(false)]),
        ("cold read", async run => [await ColdReadBench.RunAsync(run).ConfigureAwait(false)]),
    ];

    public static Command Create()
    {
        var command = new Command("bench", "Measures a server of its own on this machine, each figure beside its limit.") { Seconds, Only, WaysCommand.Create() };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            await using var server = await ChildProcess.StartRunnelAsync(Path.Combine(directory, "data"), cancellationToken).ConfigureAwait(false);
            await using var bare = await ChildProcess.StartBareAsync(cancellationToken).ConfigureAwait(false);
            var run = new BenchRun(server, bare, directory, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancellationToken);
            var figures = new List<Figure>();
            foreach (var (words, take) in Measurements.Where(measurement => parsed.GetValue(Only) is not { } only || measurement.Words.Contains(only, StringComparison.OrdinalIgnoreCase)))
            {
                if (!Console.IsErrorRedirected) Console.Error.WriteLine($"measuring {words} …");
                figures.AddRange(await take(run).ConfigureAwait(false));
            }
            if (parsed.GetValue(Commands.CommonOptions.Json)) WriteJson(figures);
            else WriteTable(figures);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
        return ExitCode.Done;
    }

    private static void WriteTable(List<Figure> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("figure", "measured", "", "limit in the same run", "", "ratio");
        table.Columns[1].RightAligned();
        table.Columns[4].RightAligned();
        table.Columns[5].RightAligned();
        foreach (var figure in figures)
        {
            table.AddRow(Markup.Escape(figure.Name), Number(figure.Value), figure.Unit, Markup.Escape(figure.LimitName), Number(figure.Limit), figure.Ratio.ToString("0.00", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
    }

    private static void WriteJson(List<Figure> figures) => JsonOutput.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("processors", Environment.ProcessorCount);
        writer.WriteStartArray("figures");
        foreach (var figure in figures)
        {
            writer.WriteStartObject();
            writer.WriteString("name", figure.Name);
            writer.WriteNumber("value", Math.Round(figure.Value, 3));
            writer.WriteString("unit", figure.Unit);
            writer.WriteString("limitName", figure.LimitName);
            writer.WriteNumber("limit", Math.Round(figure.Limit, 3));
            writer.WriteNumber("ratio", Math.Round(figure.Ratio, 3));
            if (figure.Curve.Count > 0) WriteCurve(writer, figure.Curve);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteCurve(System.Text.Json.Utf8JsonWriter writer, IReadOnlyList<double> curve)
    {
        writer.WriteStartArray("curve");
        foreach (var sample in curve) writer.WriteNumberValue(Math.Round(sample, 1));
        writer.WriteEndArray();
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}

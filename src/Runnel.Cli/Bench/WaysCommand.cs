using System.CommandLine;
using Runnel.Cli.Bench.Ways;
using Runnel.Cli.Output;
using Spectre.Console;

namespace Runnel.Cli.Bench;

/// <summary><c>runnel bench ways</c>: what the same hour of edits costs by whole copy, by JSON diff and by deltas.</summary>
internal static class WaysCommand
{
    private static readonly int[] Devices = [2, 10, 50];
    private static readonly Func<int, IWay>[] Ways = [_ => new WholeCopyWay(), _ => new DiffWay(), device => new DeltaWay(device)];
    private static readonly Option<string?> Svg = new("--svg") { Description = "Writes the figures as a picture to this file." };

    public static Command Create()
    {
        var command = new Command("ways", "Compares whole copy, JSON diff and deltas over the same hour of edits.") { Svg };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var figures = (from devices in Devices from way in Ways select WayFigure.Measure(way, devices)).ToList();
        if (parsed.GetValue(Commands.CommonOptions.Json)) WriteJson(figures);
        else WriteTable(figures);
        if (parsed.GetValue(Svg) is { } file) File.WriteAllText(file, WaysChart.Draw(figures));
        return ExitCode.Done;
    }

    private static void WriteTable(List<WayFigure> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("devices", "way", "bytes", "processor time");
        foreach (var figure in figures)
        {
            table.AddRow($"{figure.Devices}", figure.Way, WaysChart.Bytes(figure.Bytes), WaysChart.Time(figure.Processor.TotalMilliseconds));
        }
        AnsiConsole.Write(table);
    }

    private static void WriteJson(List<WayFigure> figures) => JsonOutput.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var figure in figures)
        {
            writer.WriteStartObject();
            writer.WriteString("way", figure.Way);
            writer.WriteNumber("devices", figure.Devices);
            writer.WriteNumber("bytes", figure.Bytes);
            writer.WriteNumber("processorMilliseconds", Math.Round(figure.Processor.TotalMilliseconds, 1));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });
}

using System.CommandLine;
using System.Globalization;
using Runnel.Cli.Connection;
using Spectre.Console;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel streams</c></summary>
internal static class StreamsCommand
{
    private static readonly Option<string> Prefix = new("--prefix") { Description = "Only streams whose names begin with this.", DefaultValueFactory = _ => "" };

    public static Command Create()
    {
        var command = new Command("streams", "Lists the streams.") { Prefix, CommonOptions.Url };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        var streams = await ListAsync(server, parsed.GetRequiredValue(Prefix), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) Console.WriteLine($"{{\"streams\":[{string.Join(',', streams.Select(stream => stream.Json))}]}}");
        else Show(streams);
        return ExitCode.Done;
    }

    private static async Task<List<StreamInfo>> ListAsync(ServerConnection server, string prefix, CancellationToken cancellationToken)
    {
        var streams = new List<StreamInfo>();
        var count = 0;
        do
        {
            count = streams.Count;
            var after = count > 0 ? streams[^1].Name : "";
            using var page = await server.GetJsonAsync($"?prefix={Uri.EscapeDataString(prefix)}&after={Uri.EscapeDataString(after)}", cancellationToken).ConfigureAwait(false);
            streams.AddRange(page.RootElement.GetProperty("streams").EnumerateArray().Select(StreamInfo.Parse));
        }
        while (streams.Count > count);
        return streams;
    }

    private static void Show(List<StreamInfo> streams)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var stream in streams) Console.WriteLine($"{stream.Name}\t{stream.Head}\t{stream.CreatedAt}\t{stream.Settings}");
            return;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumns("stream", "head", "created", "settings");
        foreach (var stream in streams)
        {
            table.AddRow(Markup.Escape(stream.Name), stream.Head.ToString(CultureInfo.InvariantCulture), stream.CreatedAt, Markup.Escape(stream.Settings));
        }
        AnsiConsole.Write(table);
    }
}

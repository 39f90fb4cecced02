using System.CommandLine;
using System.Text.Json;
using Runnel.Cli.Connection;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel state STREAM</c></summary>
internal static class StateCommand
{
    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Option<string?> Collection = new("--collection") { Description = "Only the records of this collection." };

    private static readonly Option<long?> At = new("--at") { Description = "The records as they were at this seq, instead of now." };

    public static Command Create()
    {
        var command = new Command("state", "Shows the records of a stream, now or as they were.") { Stream, Collection, At, CommonOptions.Url };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        var query = new List<string>();
        if (parsed.GetValue(At) is { } at) query.Add($"at={at}");
        if (parsed.GetValue(Collection) is { } collection) query.Add($"collection={Uri.EscapeDataString(collection)}");
        using var answer = await server.GetAsync($"/{parsed.GetRequiredValue(Stream)}/state?{string.Join('&', query)}", "application/json", cancellationToken).ConfigureAwait(false);
        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) await CopyAsync(body, cancellationToken).ConfigureAwait(false);
        else await ShowAsync(body, cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task CopyAsync(Stream body, CancellationToken cancellationToken)
    {
        using var output = Console.OpenStandardOutput();
        await body.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        output.WriteByte((byte)'\n');
    }

    private static async Task ShowAsync(Stream body, CancellationToken cancellationToken)
    {
        using var state = await JsonDocument.ParseAsync(body, default, cancellationToken).ConfigureAwait(false);
        using var output = new StreamWriter(Console.OpenStandardOutput());
        var records = state.RootElement.GetProperty("records");
        foreach (var record in records.EnumerateArray())
        {
            output.WriteLine($"{record.GetProperty("collection").GetString()}/{record.GetProperty("id").GetString()}  {record.GetProperty("fields").GetRawText()}");
        }
        output.WriteLine($"{records.GetArrayLength()} records at seq {state.RootElement.GetProperty("seq").GetInt64()}, hash {state.RootElement.GetProperty("hash").GetString()}");
    }
}

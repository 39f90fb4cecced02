using System.CommandLine;
using Runnel.Cli.Connection;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel delete STREAM</c></summary>
internal static class DeleteCommand
{
    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask a person first." };

    public static Command Create()
    {
        var command = new Command("delete", "Removes a stream with all its events, for ever. The name may be used again.") { Stream, Yes, CommonOptions.Url };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var stream = parsed.GetRequiredValue(Stream);
        if (!parsed.GetValue(Yes) && !Console.IsInputRedirected && !IsSure(stream)) return ExitCode.Refused;
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        await server.DeleteAsync(stream, cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) JsonOutput.Write(writer => { writer.WriteStartObject(); writer.WriteString("deleted", stream.Value); writer.WriteEndObject(); });
        else Console.WriteLine($"{stream} is gone");
        return ExitCode.Done;
    }

    private static bool IsSure(StreamName stream)
    {
        Console.Error.Write($"Delete {stream} with all its events, for ever? Type its name to go on: ");
        return Console.ReadLine()?.Trim() == stream.Value;
    }
}

using System.CommandLine;
using Runnel.Cli.Connection;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel create STREAM</c></summary>
internal static class CreateCommand
{
    private static readonly Argument<StreamName> Stream = CommonOptions.Stream();

    private static readonly Option<string> Settings = new("--settings")
    {
        Description = """How records merge, in JSON, such as {"order":"total"}; the defaults if not given.""",
        DefaultValueFactory = _ => "{}",
    };

    public static Command Create()
    {
        var command = new Command("create", "Creates a stream with settings; does nothing if it is there with the same.") { Stream, Settings, CommonOptions.Url };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var server = new ServerConnection(parsed.GetRequiredValue(CommonOptions.Url));
        var stream = await server.CreateAsync(parsed.GetRequiredValue(Stream), parsed.GetRequiredValue(Settings), cancellationToken).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) Console.WriteLine(stream.Json);
        else Console.WriteLine($"{stream.Name} is there, with id {stream.Id}, head {stream.Head} and the settings {stream.Settings}");
        return ExitCode.Done;
    }
}

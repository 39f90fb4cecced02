using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Runnel.AspNetCore.Hosting;
using Runnel.Cli.Hosting;
using Runnel.Cli.Output;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel serve</c></summary>
internal static class ServeCommand
{
    private static readonly Option<string> Listen = new("--url")
    {
        Description = "Where to listen; port 0 takes any free one.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    private static readonly Option<bool> Open = new("--open") { Description = "Let other machines in although nobody has to log in." };

    public static Command Create()
    {
        var command = new Command("serve", "Runs a server.") { Listen, CommonOptions.Data, Open };
        command.Validators.Add(result =>
        {
            // Beside another mistake there is no value yet, and that one is reported.
            if (result.GetValue(Listen) is { } listen && Explain(listen, result.GetValue(Open)) is { } error) result.AddError(error);
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var directory = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Data));
        var app = ServerApp.Build(parsed.GetRequiredValue(Listen), directory, parsed.GetValue(Open));
        await using var _ = app.ConfigureAwait(false);
        app.MapRunnel();
        app.MapLightSwitch();
        await ServerApp.StartAsync(app, parsed.GetRequiredValue(Listen), directory, cancellationToken).ConfigureAwait(false);
        Announce(app.Urls.First(), directory, parsed.GetValue(CommonOptions.Json));
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static void Announce(string url, string directory, bool json)
    {
        if (!json)
        {
            Console.WriteLine($"Runnel listens on {url} and keeps its data in {directory}. Ctrl+C stops it.");
            return;
        }
        JsonOutput.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("url", url);
            writer.WriteString("data", directory);
            writer.WriteEndObject();
        });
    }

    private static string? Explain(string url, bool isOpen)
    {
        try
        {
            if (isOpen || LoopbackAddress.Covers(url)) return null;
            return $"{url} can be reached by other machines, and nobody has to log in here. Listen on 127.0.0.1, or say --open.";
        }
        catch (FormatException)
        {
            return $"--url is an address like http://127.0.0.1:8080, not \"{url}\".";
        }
    }
}

using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Hosting;
using Runnel.Cli.Output;
using Runnel.Server.Stores;

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
            if (Explain(result.GetRequiredValue(Listen), result.GetValue(Open)) is { } error) result.AddError(error);
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var directory = Path.GetFullPath(parsed.GetRequiredValue(CommonOptions.Data));
        var app = Build(parsed.GetRequiredValue(Listen), directory, parsed.GetValue(Open));
        await using var _ = app.ConfigureAwait(false);
        await StartAsync(app, parsed.GetRequiredValue(Listen), directory, cancellationToken).ConfigureAwait(false);
        Announce(app.Urls.First(), directory, parsed.GetValue(CommonOptions.Json));
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static WebApplication Build(string url, string directory, bool isOpen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Services.AddRunnel(options => options.IsOpen |= isOpen).UseSqlite(directory);
        // A page of another site that has its name point here cannot read what is served here.
        if (LoopbackAddress.Covers(url)) builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // What cannot start is said once, by the command itself.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        var app = builder.Build();
        if (LoopbackAddress.Covers(url)) app.UseHostFiltering();
        app.UseWebSockets();
        app.MapRunnel();
        app.MapLightSwitch();
        return app;
    }

    private static async Task StartAsync(WebApplication app, string url, string directory, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StreamStoreException exception)
        {
            throw new CommandFailure(exception.Fault == StoreFault.Damaged ? ExitCode.Refused : ExitCode.CannotStart, exception.Message);
        }
        catch (OptionsValidationException exception)
        {
            throw new CommandFailure(ExitCode.Usage, exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw new CommandFailure(ExitCode.CannotStart, $"{url} is in use: another server, perhaps another runnel, listens there. Choose another port with --url.");
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new CommandFailure(ExitCode.CannotStart, $"The server cannot start on {url} with {directory}: {exception.Message}");
        }
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

using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Hosting;
using Runnel.Server.Stores;

namespace Runnel.Cli.Hosting;

/// <summary>The ready-made server: protocol, light switch and health over one data directory.</summary>
internal static class ServerApp
{
    /// <summary>Puts the server together, without starting it.</summary>
    public static WebApplication Build(string url, string directory, bool isOpen)
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
        return app;
    }

    /// <summary>Starts the server, or says in a sentence why it cannot start.</summary>
    /// <exception cref="CommandFailure">It cannot start.</exception>
    public static async Task StartAsync(WebApplication app, string url, string directory, CancellationToken cancellationToken)
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
}

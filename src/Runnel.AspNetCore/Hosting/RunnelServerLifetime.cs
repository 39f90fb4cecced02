using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.Server;
using Runnel.Server.Homes;

namespace Runnel.AspNetCore.Hosting;

/// <summary>
/// Opens the store before the first request and lets the homes finish after the last; does not let the server run on where
/// everybody could reach it and nobody has to log in.
/// </summary>
internal sealed partial class RunnelServerLifetime(IServiceProvider services, IOptions<RunnelServerOptions> options, ILogger<RunnelServerLifetime> logger)
    : IHostedLifecycleService
{
    /// <summary>Opens the store, so that one that cannot be opened stops the start.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<StreamHomes>();
        return Task.CompletedTask;
    }

    /// <summary>Looks where the server listens.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var exposed = addresses.FirstOrDefault(address => !LoopbackAddress.Covers(address));
        if (exposed is not null && !options.Value.IsOpen && !AsksForLogin())
        {
            throw new InvalidOperationException(
                $"The server listens on {exposed}, where other machines reach it, but its endpoints ask nobody to log in. Listen on 127.0.0.1, " +
                $"call RequireAuthorization() on what MapRunnel() returns, or set {RunnelServerOptions.Section}:{nameof(RunnelServerOptions.IsOpen)} to true.");
        }
        if (logger.IsEnabled(LogLevel.Information)) LogListening(string.Join(", ", addresses));
        return Task.CompletedTask;
    }

    /// <summary>The web server has answered its last request by now: what the homes took in is finished.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await services.GetRequiredService<StreamHomes>().DisposeAsync().ConfigureAwait(false);
        LogStopped();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool AsksForLogin()
    {
        if (services.GetService<IOptions<AuthorizationOptions>>()?.Value.FallbackPolicy is not null) return true;
        var endpoints = services.GetRequiredService<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<RunnelEndpoint>() is not null);
        return endpoints.All(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null);
    }

    [LoggerMessage(3011, LogLevel.Information, "The Runnel server listens on {Addresses}")]
    private partial void LogListening(string addresses);

    [LoggerMessage(3012, LogLevel.Information, "The Runnel server has finished what it had accepted")]
    private partial void LogStopped();
}

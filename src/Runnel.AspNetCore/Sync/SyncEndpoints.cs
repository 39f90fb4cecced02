using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Problems;
using Runnel.Protocol;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Sync;

namespace Runnel.AspNetCore.Sync;

/// <summary>The WebSocket that carries many streams.</summary>
internal static class SyncEndpoints
{
    private const string JsonProtocol = "runnel.v1.json";

    // Beside the batch itself: names, numbers and whatever spaces a client likes.
    private const int MessageSlackBytes = 64 * 1024;

    extension(RouteGroupBuilder group)
    {
        /// <summary>Maps the WebSocket.</summary>
        public RouteGroupBuilder MapSync()
        {
            EndpointGuard.Map(group, "/sync", (HttpMethods.Get, SyncAsync));
            return group;
        }
    }

    private static async Task<Refusal?> SyncAsync(HttpContext context)
    {
        if (WebSocketHandshake.Check(context) is { } refusal) return refusal;
        var offered = WebSocketHandshake.OfferedProtocols(context);
        if (offered.Length > 0 && !offered.Contains(JsonProtocol))
        {
            return new Refusal(ErrorCode.NotSupported, $"This server speaks {JsonProtocol}, not {string.Join(", ", offered)}.");
        }

        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<RunnelServerOptions>>().Value;
        var protocol = offered.Length > 0 ? JsonProtocol : null;
        var stream = await WebSocketHandshake.UpgradeAsync(context, protocol).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var socket = WebSocketHandshake.Open(stream, protocol, options.Sync.PingInterval, options.Sync.SilenceTimeout);
        var connection = new SyncConnection(services.GetRequiredService<StreamHomes>(), options, options.Sync);
        await using var __ = connection.ConfigureAwait(false);
        var carrier = new SyncSocket(
            socket, stream, connection, options.Sync, options.MaxBatchBytes * 2 + MessageSlackBytes,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<SyncSocket>>());
        await carrier.RunAsync(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping).ConfigureAwait(false);
        return null;
    }
}

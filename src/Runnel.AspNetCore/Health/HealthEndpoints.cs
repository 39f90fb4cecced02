using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.AspNetCore.Problems;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Health;

/// <summary>Whether the process lives, and whether it should be sent requests. Open to everyone: they tell nothing of the streams.</summary>
internal static class HealthEndpoints
{
    // What asks waits about this long before it takes an answer for missing.
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);

    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>Maps <c>/health/live</c> and <c>/health/ready</c>.</summary>
        public void MapHealth()
        {
            var group = endpoints.MapGroup("/health");
            EndpointGuard.Map(group, "/live", (HttpMethods.Get, context => AnswerAsync(context, "live")));
            EndpointGuard.Map(group, "/ready", (HttpMethods.Get, ReadyAsync));
        }
    }

    private static async Task<Refusal?> ReadyAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested) return NotReady("The server is stopping.");
        try
        {
            var store = services.GetRequiredService<StreamHomes>().Store;
            using var patience = new CancellationTokenSource(StorePatience, services.GetRequiredService<TimeProvider>());
            await store.ListAsync("", "", 1, patience.Token).AsTask().WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StreamStoreException or OperationCanceledException)
        {
            return NotReady("The store does not answer.");
        }
        return await AnswerAsync(context, "ready").ConfigureAwait(false);
    }

    private static Refusal NotReady(string why) => new(ErrorCode.Overloaded, why);

    private static async Task<Refusal?> AnswerAsync(HttpContext context, string status)
    {
        await context.WriteJsonAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, status);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        return null;
    }
}

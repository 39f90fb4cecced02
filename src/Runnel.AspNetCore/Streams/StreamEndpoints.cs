using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Runnel.AspNetCore.Problems;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;

namespace Runnel.AspNetCore.Streams;

/// <summary>Streams as wholes: create, look at, list, delete.</summary>
internal static class StreamEndpoints
{
    // A name takes at most 200 bytes and few streams have long settings, so a full list stays below a megabyte.
    private const int MaxListed = 1_000;

    // Settings name collections and fields of 64 characters; a thousand rules fit.
    private const int MaxSettingsBytes = 128 * 1024;

    extension(RouteGroupBuilder group)
    {
        /// <summary>Maps the paths of streams.</summary>
        public RouteGroupBuilder MapStreams()
        {
            EndpointGuard.Map(group, "/streams", (HttpMethods.Get, ListAsync));
            EndpointGuard.Map(group, "/streams/{name}", (HttpMethods.Get, FindAsync), (HttpMethods.Put, CreateAsync), (HttpMethods.Delete, DeleteAsync));
            return group;
        }
    }

    private static async Task<Refusal?> CreateAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var name, out var refusal)) return refusal;
        var body = await context.ReadAllAsync(MaxSettingsBytes).ConfigureAwait(false);
        if (!TryReadSettings(body, out var settings, out refusal)) return refusal;
        switch (await Homes(context).CreateAsync(name, settings, context.RequestAborted).ConfigureAwait(false))
        {
            case CreateResult.Refused refused: return refused.Refusal;
            case CreateResult.Ready { Header: var header, IsNew: true }:
                context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path}";
                await context.WriteJsonAsync(StatusCodes.Status201Created, header.WriteTo).ConfigureAwait(false);
                return null;
            case CreateResult.Ready ready:
                await context.WriteJsonAsync(StatusCodes.Status200OK, ready.Header.WriteTo).ConfigureAwait(false);
                return null;
            case var unknown: throw new InvalidOperationException($"No creation ends as {unknown}.");
        }
    }

    private static async Task<Refusal?> FindAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var name, out var refusal)) return refusal;
        var header = await Homes(context).FindAsync(name, context.RequestAborted).ConfigureAwait(false);
        if (header is null) return RequestParts.UnknownStream(name);
        await context.WriteJsonAsync(StatusCodes.Status200OK, header.WriteTo).ConfigureAwait(false);
        return null;
    }

    private static async Task<Refusal?> ListAsync(HttpContext context)
    {
        if (!context.TryGetLimit(MaxListed, out var limit, out var refusal)) return refusal;
        var query = context.Request.Query;
        var headers = await Homes(context).Store.ListAsync($"{query["prefix"]}", $"{query["after"]}", (int)limit, context.RequestAborted).ConfigureAwait(false);
        await context.WriteJsonAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("streams"u8);
            foreach (var header in headers) header.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
        return null;
    }

    private static async Task<Refusal?> DeleteAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var name, out var refusal)) return refusal;
        refusal = await Homes(context).DeleteAsync(name, context.RequestAborted).ConfigureAwait(false);
        if (refusal is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        return refusal;
    }

    private static bool TryReadSettings(byte[]? body, [NotNullWhen(true)] out StreamSettings? settings, [NotNullWhen(false)] out Refusal? refusal)
    {
        settings = null;
        refusal = null;
        if (body is null)
        {
            refusal = new Refusal(ErrorCode.TooLarge, $"Settings take {MaxSettingsBytes} bytes at most.");
            return false;
        }
        if (body.Length == 0)
        {
            settings = StreamSettings.Default;
            return true;
        }
        if (CanonicalJson.TryParse(body, out var wire, out var error) && StreamSettings.TryParse(wire, out settings, out error)) return true;
        refusal = new Refusal(ErrorCode.InvalidMessage, error);
        return false;
    }

    private static StreamHomes Homes(HttpContext context) => context.RequestServices.GetRequiredService<StreamHomes>();
}

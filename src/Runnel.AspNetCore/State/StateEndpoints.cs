using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Runnel.AspNetCore.Problems;
using Runnel.Protocol;
using Runnel.Server;
using Runnel.Server.Homes;
using Runnel.Server.Records;

namespace Runnel.AspNetCore.State;

/// <summary>The records of a stream as of one seq.</summary>
internal static class StateEndpoints
{
    // How much is handed to the connection before it is asked whether it can take more.
    private const int FlushBytes = 64 * 1024;

    extension(RouteGroupBuilder group)
    {
        /// <summary>Maps the paths of a stream's state.</summary>
        public RouteGroupBuilder MapState()
        {
            EndpointGuard.Map(group, "/streams/{name}/state", (HttpMethods.Get, AnswerAsync));
            EndpointGuard.Map(group, "/streams/{name}/snapshot", (HttpMethods.Get, RefuseSnapshotAsync));
            return group;
        }
    }

    private static async Task<Refusal?> AnswerAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var stream, out var refusal) || !TryGetCollection(context, out var collection, out refusal)) return refusal;
        if (!context.TryGetNumber("at", -1, out var at, out refusal)) return refusal;
        var services = context.RequestServices;
        if (await services.GetRequiredService<StreamHomes>().FindAsync(stream, context.RequestAborted).ConfigureAwait(false) is not { } header)
        {
            return RequestParts.UnknownStream(stream);
        }
        if (at > header.Head.Value) return new Refusal(ErrorCode.InvalidMessage, $"at is {at}, but the head of {stream} is {header.Head}.");

        var time = services.GetRequiredService<TimeProvider>();
        var started = time.GetTimestamp();
        var state = await services.GetRequiredService<Materializer>()
            .ReadAsync(header, at < 0 ? header.Head : new Seq(at), context.RequestAborted).ConfigureAwait(false);
        if (state is null) return RequestParts.UnknownStream(stream);
        services.GetRequiredService<ServerTelemetry>().Materialized(time.GetElapsedTime(started));
        await WriteAsync(context, state, collection).ConfigureAwait(false);
        return null;
    }

    private static Task<Refusal?> RefuseSnapshotAsync(HttpContext context) =>
        Task.FromResult<Refusal?>(new Refusal(ErrorCode.NotSupported, "This server prepares no snapshots; read the state, or the events from the first on."));

    private static bool TryGetCollection(HttpContext context, out CollectionName? collection, [NotNullWhen(false)] out Refusal? refusal)
    {
        collection = null;
        refusal = null;
        if (!context.Request.Query.TryGetValue("collection", out var text)) return true;
        if (CollectionName.TryParse(text, out var name)) collection = name;
        else refusal = new Refusal(ErrorCode.InvalidName, $"\"{text}\" is no collection name: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _.");
        return refusal is null;
    }

    private static async Task WriteAsync(HttpContext context, MaterializedState state, CollectionName? collection)
    {
        context.Response.ContentType = JsonAnswer.Json;
        context.Response.Headers.CacheControl = "no-store";
        var output = context.Response.BodyWriter;
        using var writer = new Utf8JsonWriter(output, JsonAnswer.AsStored);
        writer.WriteStartObject();
        writer.WriteNumber("seq"u8, state.Seq.Value);
        writer.WriteString("hash"u8, state.Hash);
        writer.WriteString("mergeHash"u8, state.MergeHash);
        writer.WriteStartArray("records"u8);
        foreach (var record in state.Records)
        {
            if (collection is { } only && record.Key.Collection != only) continue;
            writer.WriteStartObject();
            writer.WriteString("collection"u8, record.Key.Collection.Value);
            writer.WriteString("id"u8, record.Key.Id.Value);
            writer.WritePropertyName("fields"u8);
            writer.WriteRawValue(record.Fields.Utf8.Span, skipInputValidation: true);
            writer.WriteEndObject();
            if (writer.BytesPending >= FlushBytes)
            {
                writer.Flush();
                await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}

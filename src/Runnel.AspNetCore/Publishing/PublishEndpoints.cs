using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Runnel.AspNetCore.Problems;
using Runnel.Protocol;
using Runnel.Server;

namespace Runnel.AspNetCore.Publishing;

/// <summary>Events on their way into a stream: one atomic batch, or an import of many.</summary>
internal static class PublishEndpoints
{
    // What a body may take beyond the batch as it is stored: white space and escapes.
    private const int BodySlack = 256 * 1024;

    /// <summary>Publishes what the body brings to the stream of the path.</summary>
    public static async Task<Refusal?> PublishAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var stream, out var refusal)) return refusal;
        if (context.Request.IsOf(JsonAnswer.Json)) return await PublishBatchAsync(context, stream).ConfigureAwait(false);
        if (context.Request.IsOf(JsonAnswer.NdJson)) await context.RequestServices.GetRequiredService<ImportEndpoint>().ImportAsync(context, stream).ConfigureAwait(false);
        else await RefuseMediaTypeAsync(context).ConfigureAwait(false);
        return null;
    }

    private static async Task<Refusal?> PublishBatchAsync(HttpContext context, StreamName stream)
    {
        var limit = Options(context).MaxBatchBytes + BodySlack;
        var body = await context.ReadAllAsync(limit).ConfigureAwait(false);
        if (body is null) return new Refusal(ErrorCode.TooLarge, $"The body of a publish takes {limit} bytes at most.");
        if (!PublishBody.TryRead(body, stream, out var request, out var refusal)) return refusal;
        switch (await Publisher(context).PublishAsync(request, chain: null, context.RequestAborted).ConfigureAwait(false))
        {
            case PublishResult.Refused refused: return refused.Refusal;
            case PublishResult.Published published:
                await context.WriteJsonAsync(StatusCodes.Status200OK, writer => Write(writer, published)).ConfigureAwait(false);
                return null;
            case var unknown: throw new InvalidOperationException($"No publish ends as {unknown}.");
        }
    }

    private static void Write(Utf8JsonWriter writer, PublishResult.Published published)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("seqs"u8);
        foreach (var seq in published.Seqs) writer.WriteNumberValue(seq.Value);
        writer.WriteEndArray();
        writer.WriteNumber("head"u8, published.Head.Value);
        writer.WriteEndObject();
    }

    private static Task RefuseMediaTypeAsync(HttpContext context)
    {
        var refusal = new Refusal(ErrorCode.NotSupported, $"Events come as {JsonAnswer.Json} or {JsonAnswer.NdJson}, not as \"{context.Request.ContentType}\".");
        return context.WriteProblemAsync(refusal, StatusCodes.Status415UnsupportedMediaType);
    }

    private static RunnelServerOptions Options(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<RunnelServerOptions>>().Value;

    private static Publisher Publisher(HttpContext context) => context.RequestServices.GetRequiredService<Publisher>();
}

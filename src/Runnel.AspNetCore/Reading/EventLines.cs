using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Runnel.Protocol;
using Runnel.Server;

namespace Runnel.AspNetCore.Reading;

/// <summary>Events as lines, one JSON object each: all that were asked for, however many, in memory only piece by piece.</summary>
internal static class EventLines
{
    // How much is handed to the connection before it is asked whether it can take more.
    private const int FlushBytes = 64 * 1024;

    /// <summary>Answers with the events that <paramref name="query"/> asks for.</summary>
    public static async Task<Refusal?> AnswerAsync(HttpContext context, EventReader reader, StreamName stream, EventQuery query)
    {
        if (await reader.FindAsync(stream, context.RequestAborted).ConfigureAwait(false) is not { } header) return RequestParts.UnknownStream(stream);
        if (query.Refuse(header) is { } refusal) return refusal;
        var ranges = query.RangesOf(header);
        if (ReadCaching.IsKnown(context, header, $"lines:{string.Join(',', ranges)}", EventQuery.IsImmutable(header, ranges))) return null;

        context.Response.ContentType = JsonAnswer.NdJson;
        var output = context.Response.BodyWriter;
        var written = 0L;
        foreach (var range in ranges)
        {
            await foreach (var stored in reader.ReadAsync(header, range, context.RequestAborted).ConfigureAwait(false))
            {
                output.Write(stored.Json.Span);
                output.Write("\n"u8);
                written++;
                if (output.UnflushedBytes >= FlushBytes) await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        context.RequestServices.GetRequiredService<ServerTelemetry>().Read(written);
        var isWhole = written == ranges.Sum(range => range.Count) && await reader.IsStillAsync(header, context.RequestAborted).ConfigureAwait(false);
        if (isWhole) await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        else context.Abort();   // the stream went meanwhile; only a broken answer says that it is not whole
        return null;
    }
}

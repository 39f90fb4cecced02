using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Runnel.Protocol;
using Runnel.Server;

namespace Runnel.AspNetCore.Reading;

/// <summary>Events on their way out of a stream: a page, ranges, all as lines, or a live tail.</summary>
internal static class ReadEndpoints
{
    /// <summary>Answers with events of the path's stream in the form that the client accepts.</summary>
    public static async Task<Refusal?> ReadAsync(HttpContext context)
    {
        if (!context.TryGetStream(out var stream, out var refusal)) return refusal;
        var form = AcceptedForm(context.Request);
        if (form == LiveTail.MediaType) return await LiveTail.AnswerAsync(context, stream).ConfigureAwait(false);
        var reader = context.RequestServices.GetRequiredService<EventReader>();
        var isPage = form == JsonAnswer.Json;
        if (!EventQuery.TryRead(context, isPage ? reader.MaxPageEvents : long.MaxValue, out var query, out refusal)) return refusal;
        return isPage
            ? await AnswerPageAsync(context, reader, stream, query).ConfigureAwait(false)
            : await EventLines.AnswerAsync(context, reader, stream, query).ConfigureAwait(false);
    }

    private static async Task<Refusal?> AnswerPageAsync(HttpContext context, EventReader reader, StreamName stream, EventQuery query)
    {
        var page = await reader.ReadPageAsync(stream, query.RangesOf, context.RequestAborted).ConfigureAwait(false);
        if (page is null) return RequestParts.UnknownStream(stream);
        if (query.Refuse(page.Header) is { } refusal) return refusal;
        if (ReadCaching.IsKnown(context, page.Header, string.Join(',', page.Covered), EventQuery.IsImmutable(page.Header, page.Covered))) return null;
        context.RequestServices.GetRequiredService<ServerTelemetry>().Read(page.Events.Count);
        await EventPageJson.WriteAsync(context, query, page).ConfigureAwait(false);
        return null;
    }

    /// <summary>The form that the client likes best of those there are; JSON if it has no other wish.</summary>
    private static string AcceptedForm(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept.OrderByDescending(wish => wish.Quality ?? 1);
        foreach (var wish in accepted)
        {
            foreach (var form in (ReadOnlySpan<string>)[JsonAnswer.Json, JsonAnswer.NdJson, LiveTail.MediaType])
            {
                if (wish.MediaType.Equals(form, StringComparison.OrdinalIgnoreCase)) return form;
            }
        }
        return JsonAnswer.Json;
    }
}

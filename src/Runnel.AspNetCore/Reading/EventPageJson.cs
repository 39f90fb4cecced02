using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Runnel.AspNetCore.Reading;

/// <summary>Pages as JSON. Stored events go through as the bytes they are.</summary>
internal static class EventPageJson
{
    // How much is handed to the connection before it is asked whether it can take more.
    private const int FlushBytes = 64 * 1024;

    /// <summary>Answers with <paramref name="page"/>.</summary>
    public static async Task WriteAsync(HttpContext context, EventQuery query, EventPage page)
    {
        var opening = Encoding.UTF8.GetBytes(Opening(query, page));
        context.Response.ContentType = JsonAnswer.Json;
        context.Response.ContentLength = opening.Length + page.Events.Sum(stored => (long)stored.Json.Length) + Math.Max(0, page.Events.Count - 1) + "]}"u8.Length;
        var output = context.Response.BodyWriter;
        output.Write(opening);
        for (var i = 0; i < page.Events.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(page.Events[i].Json.Span);
            if (output.UnflushedBytes >= FlushBytes) await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
        output.Write("]}"u8);
        await output.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>All up to the first event.</summary>
    private static string Opening(EventQuery query, EventPage page)
    {
        var id = JsonEncodedText.Encode(page.Header.Id);
        if (query is not EventQuery.Page { After: var after })
        {
            var covered = string.Join(',', page.Covered.Select(range => $"[{range.From},{range.To}]"));
            return $$"""{"id":"{{id}}","covered":[{{covered}}],"events":[""";
        }
        var to = page.Covered.Count > 0 ? page.Covered[0].To : after;
        // What lies below the head never changes, and so must not say where the head is.
        var head = to < page.Header.Head ? "" : $"\"head\":{page.Header.Head},";
        return $$"""{"id":"{{id}}","from":{{after.Next}},"to":{{to}},{{head}}"events":[""";
    }
}

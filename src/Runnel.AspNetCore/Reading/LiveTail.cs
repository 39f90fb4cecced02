using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Runnel.Protocol;
using Runnel.Server.Homes;

namespace Runnel.AspNetCore.Reading;

/// <summary>A stream's events as server-sent events: those there are, and those to come.</summary>
internal static class LiveTail
{
    /// <summary>The media type of server-sent events.</summary>
    public const string MediaType = "text/event-stream";

    private const string LastEventId = "Last-Event-ID";

    /// <summary>Answers with the events of <paramref name="stream"/> until the client, the stream or the server goes.</summary>
    public static async Task<Refusal?> AnswerAsync(HttpContext context, StreamName stream)
    {
        if (!TryGetAfter(context, out var after, out var refusal)) return refusal;
        var homes = context.RequestServices.GetRequiredService<StreamHomes>();
        // Asked before the home is called for, so that names of nothing bring nothing into memory.
        if (await homes.FindAsync(stream, context.RequestAborted).ConfigureAwait(false) is null) return RequestParts.UnknownStream(stream);

        using var watch = homes.Watch(stream);
        var cursor = ActivatorUtilities.CreateInstance<LiveCursor>(context.RequestServices, watch.Feed, context.Response.BodyWriter);
        watch.Feed.Follow(cursor);
        try
        {
            if (await homes.FindAsync(stream, context.RequestAborted).ConfigureAwait(false) is not { } header) return RequestParts.UnknownStream(stream);
            if (after > header.Head) return EventQuery.Diverged(after, header);
            BeginAnswer(context);
            if (HttpMethods.IsGet(context.Request.Method)) await RunAsync(context, cursor, after).ConfigureAwait(false);
            return null;
        }
        finally
        {
            watch.Feed.Unfollow(cursor);
        }
    }

    private static async Task RunAsync(HttpContext context, LiveCursor cursor, Seq after)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            await cursor.RunAsync(after, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A whole answer: the client comes back with the last event's id.
        }
    }

    private static void BeginAnswer(HttpContext context)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";   // or a proxy in between would gather events before it passes them on
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static bool TryGetAfter(HttpContext context, out Seq after, out Refusal? refusal)
    {
        after = Seq.None;
        if (!context.TryGetNumber("after", 0, out var number, out refusal)) return false;
        // What the client has seen last is newer than the address it began with.
        var seen = context.Request.Headers[LastEventId].ToString();
        if (seen.Length > 0 && !RequestParts.TryParseNumber(seen, out number))
        {
            refusal = new Refusal(ErrorCode.InvalidMessage, $"{LastEventId} is the seq of an event, not \"{seen}\".");
            return false;
        }
        after = new Seq(number);
        return true;
    }
}

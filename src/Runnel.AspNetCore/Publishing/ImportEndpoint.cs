using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Runnel.Protocol;
using Runnel.Server;

namespace Runnel.AspNetCore.Publishing;

/// <summary>Imports: any number of lines in one request, answered line by line while more come.</summary>
internal sealed class ImportEndpoint(Publisher publisher, IOptions<RunnelServerOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // What a line may take beyond the event itself: white space, escapes, and members that are not kept.
    private const int LineSlack = 64 * 1024;

    // As long as a silent subscriber is kept.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    /// <summary>Appends the lines that the body brings to <paramref name="stream"/>.</summary>
    public async Task ImportAsync(HttpContext context, StreamName stream)
    {
        LiftLimits(context);
        context.Response.ContentType = JsonAnswer.NdJson;
        context.Response.Headers.CacheControl = "no-store";
        var import = new Import(publisher, stream, context.Response.BodyWriter, options.Value.MaxImportWindow);
        var input = context.Request.BodyReader;
        var reader = new ImportReader(import, input, options.Value.MaxEventBytes + LineSlack);
        using var stopping = lifetime.ApplicationStopping.UnsafeRegister(static pipe => ((PipeReader)pipe!).CancelPendingRead(), input);
        using var silence = time.CreateTimer(static pipe => ((PipeReader)pipe!).CancelPendingRead(), input, MaxSilence, Timeout.InfiniteTimeSpan);
        await reader.RunAsync(WhyCanceled, () => silence.Change(MaxSilence, Timeout.InfiniteTimeSpan), context.RequestAborted).ConfigureAwait(false);
    }

    private Refusal WhyCanceled() => lifetime.ApplicationStopping.IsCancellationRequested
        ? new Refusal(ErrorCode.Overloaded, "The server is stopping; go on from this line.")
        : new Refusal(ErrorCode.InvalidMessage, $"No line came for {MaxSilence.TotalSeconds} seconds; go on from this line.");

    // Bounded by the line, the window and the silence instead; a sender may take its time.
    private static void LiftLimits(HttpContext context)
    {
        RequestBody.LimitTo(context, null);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}

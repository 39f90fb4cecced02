using Microsoft.Extensions.Logging;
using Runnel.Protocol;
using Runnel.Server;
using Runnel.Server.Homes;

namespace Runnel.AspNetCore.Publishing;

/// <summary>Hands batches to the homes, and measures and traces what becomes of them. Safe for use by many threads.</summary>
internal sealed partial class Publisher(StreamHomes homes, ServerTelemetry telemetry, TimeProvider time, ILogger<Publisher> logger)
{
    /// <summary>
    /// Publishes a batch; calls made one after the other reach the home in that order, also before the first is answered, and those
    /// of one <paramref name="chain"/> are refused once one of them is.
    /// </summary>
    public async ValueTask<PublishResult> PublishAsync(PublishRequest request, PublishChain? chain, CancellationToken cancellationToken)
    {
        using var activity = telemetry.Activities.StartActivity("runnel.append");
        activity?.SetTag("runnel.stream", request.Stream.Value).SetTag("runnel.events", request.Events.Count);
        var started = time.GetTimestamp();
        var result = await homes.PublishAsync(request, chain, cancellationToken).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(started);
        var refusal = (result as PublishResult.Refused)?.Refusal;
        telemetry.Appended(request.Events.Count, elapsed, refusal?.Code);
        if (refusal is null) LogPublished(request.Events.Count, request.Client, request.Stream, elapsed);
        else LogRefused(request.Client, request.Stream, refusal.Code, refusal.Message);
        activity?.SetTag("error.type", refusal?.Code.Name);
        return result;
    }

    [LoggerMessage(3101, LogLevel.Debug, "Published {Count} events of {Client} to {Stream} in {Elapsed}")]
    private partial void LogPublished(int count, ClientId client, StreamName stream, TimeSpan elapsed);

    [LoggerMessage(3102, LogLevel.Debug, "Refused a batch of {Client} to {Stream}: {Code}, {Reason}")]
    private partial void LogRefused(ClientId client, StreamName stream, ErrorCode code, string reason);
}

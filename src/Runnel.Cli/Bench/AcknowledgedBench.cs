using System.Diagnostics;

namespace Runnel.Cli.Bench;

/// <summary>Durable events a second that a server acknowledges, published one by one with many in flight.</summary>
internal static class AcknowledgedBench
{
    private const int LimitGroup = 256;
    private const int EventBytes = 250;

    public static async Task<Figure> RunAsync(BenchRun run, int connections, int inFlight)
    {
        var acknowledged = await MeasureAsync(run, connections, inFlight).ConfigureAwait(false);
        var limit = RawDisk.MeasureAppends(run.Directory, LimitGroup, EventBytes, TimeSpan.FromSeconds(Math.Min(2, run.Duration.TotalSeconds)));
        return new Figure($"acknowledged, {connections} × {inFlight} in flight", acknowledged, "events/s", $"raw append + fdatasync by {LimitGroup}", limit);
    }

    private static async Task<double> MeasureAsync(BenchRun run, int connections, int inFlight)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var count = new StrongBox();
        var publishers = new List<Task>();
        for (var i = 0; i < connections; i++)
        {
            var socket = await LoadSocket.OpenSyncAsync(run.Server.Address, $"ack-{connections}-{i}", null, 0, run.Stopping).ConfigureAwait(false);
            publishers.Add(PublishAsync(socket, $"bench:ack:{connections}:{i}", inFlight, count, stop.Token));
        }

        await Task.Delay(run.WarmUp, run.Stopping).ConfigureAwait(false);
        var (before, started) = (Volatile.Read(ref count.Value), Stopwatch.GetTimestamp());
        await Task.Delay(run.Duration, run.Stopping).ConfigureAwait(false);
        var rate = (Volatile.Read(ref count.Value) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(publishers).ConfigureAwait(false);
        return rate;
    }

    private static async Task PublishAsync(LoadSocket socket, string stream, int inFlight, StrongBox count, CancellationToken stopping)
    {
        using var owned = socket;
        socket.Gather();
        try
        {
            long number = 0;
            for (; number < inFlight; number++) await socket.SayAsync(Frames.Publish(stream, number, number + 1, 1, Frames.Title), stopping).ConfigureAwait(false);
            while (true)
            {
                var (answer, _) = await socket.ReadAsync(stopping).ConfigureAwait(false);
                if (!Frames.IsPublished(answer.Span)) throw new CommandFailure(ExitCode.Fault, $"A publish was refused: {System.Text.Encoding.UTF8.GetString(answer.Span)}");
                Interlocked.Increment(ref count.Value);
                await socket.SayAsync(Frames.Publish(stream, number, number + 1, 1, Frames.Title), stopping).ConfigureAwait(false);
                number++;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Measured long enough.
        }
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}

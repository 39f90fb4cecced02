using System.Diagnostics;

namespace Runnel.Cli.Bench;

/// <summary>Events a second that reach all subscribers of one busy stream.</summary>
internal static class DeliveryBench
{
    // Batches keep the publisher's own work small beside the deliveries.
    private const int BatchEvents = 250;
    private const int BatchesInFlight = 4;

    public static async Task<Figure> RunAsync(BenchRun run, int subscribers)
    {
        var stream = $"bench:deliver:{subscribers}";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var counting = new List<Task>();
        var counter = new DeliveryCounter();
        for (var i = 0; i < subscribers; i++)
        {
            var socket = await LoadSocket.OpenSyncAsync(run.Server.Address, $"sub-{subscribers}-{i}", stream, 0, run.Stopping, 64 * 1024).ConfigureAwait(false);
            counting.Add(counter.CountAsync(socket, stop.Token));
        }
        counting.Add(PublishAsync(run, stream, stop.Token));
        var delivered = await counter.MeasureAsync(run).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(counting).ConfigureAwait(false);
        return new Figure($"delivered to {subscribers} subscribers", delivered, "events/s", "bare Kestrel, full batches for ever", await MeasureBareAsync(run, subscribers).ConfigureAwait(false));
    }

    private static async Task<double> MeasureBareAsync(BenchRun run, int subscribers)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var counting = new List<Task>();
        var counter = new DeliveryCounter();
        for (var i = 0; i < subscribers; i++)
        {
            counting.Add(counter.CountAsync(await LoadSocket.OpenAsync(run.Bare.Address, "/flood", 64 * 1024, run.Stopping).ConfigureAwait(false), stop.Token));
        }
        var delivered = await counter.MeasureAsync(run).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(counting).ConfigureAwait(false);
        return delivered;
    }

    private static async Task PublishAsync(BenchRun run, string stream, CancellationToken stopping)
    {
        using var socket = await LoadSocket.OpenSyncAsync(run.Server.Address, $"pub-{stream.Replace(':', '-')}", null, 0, run.Stopping).ConfigureAwait(false);
        try
        {
            for (long batch = 0; ; batch++)
            {
                await socket.SayAsync(Frames.Publish(stream, batch, batch * BatchEvents + 1, BatchEvents, Frames.Title), stopping).ConfigureAwait(false);
                if (batch >= BatchesInFlight) await socket.ReadAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Measured long enough.
        }
    }

    /// <summary>Counts what arrives at many sockets.</summary>
    private sealed class DeliveryCounter
    {
        private long _count;

        public async Task CountAsync(LoadSocket socket, CancellationToken stopping)
        {
            using var owned = socket;
            await Task.Yield();
            try
            {
                while (true)
                {
                    var (beginning, _) = await socket.ReadAsync(stopping).ConfigureAwait(false);
                    Interlocked.Add(ref _count, Frames.CountEvents(beginning.Span));
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Measured long enough.
            }
        }

        public async Task<double> MeasureAsync(BenchRun run)
        {
            await Task.Delay(run.WarmUp, run.Stopping).ConfigureAwait(false);
            var (before, started) = (Interlocked.Read(ref _count), Stopwatch.GetTimestamp());
            await Task.Delay(run.Duration, run.Stopping).ConfigureAwait(false);
            return (Interlocked.Read(ref _count) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}

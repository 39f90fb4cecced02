using System.Diagnostics;

namespace Runnel.Cli.Bench;

/// <summary>
/// What a subscriber that stops reading costs under full load: the server's memory and the others' latency, with it and without it, in turn.
/// </summary>
internal static class StalledBench
{
    private const int Subscribers = 10;
    private const int BatchEvents = 25;
    private const int BatchesInFlight = 4;
    private const int Pairs = 3;
    private const int ReceivedBytes = 4096;   // the beginning of a frame has the mark of its oldest event
    private const double MiB = 1024 * 1024;
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(500);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchRun run)
    {
        const string stream = "bench:stalled";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var meter = new LatencyMeter();
        var load = new List<Task>();
        for (var i = 0; i < Subscribers; i++)
        {
            load.Add(meter.ReceiveAsync(await LoadSocket.OpenSyncAsync(run.Server.Address, $"stall-{i}", stream, 0, run.Stopping, ReceivedBytes).ConfigureAwait(false), stop.Token));
        }
        load.Add(PublishAsync(run, stream, stop.Token));
        await Task.Delay(run.WarmUp, run.Stopping).ConfigureAwait(false);

        var (without, with) = (new Window(), new Window());
        for (var pair = 0; pair < Pairs; pair++)
        {
            await without.MeasureAsync(run, meter).ConfigureAwait(false);
            // It asks for everything from the beginning on, and reads none of it.
            using var stalled = await LoadSocket.OpenSyncAsync(run.Server.Address, $"stalled-{pair}", stream, 0, run.Stopping, ReceivedBytes).ConfigureAwait(false);
            await with.MeasureAsync(run, meter).ConfigureAwait(false);
        }
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(load).ConfigureAwait(false);
        return
        [
            new Figure("beside a stalled subscriber, p99 of the others", with.MedianP99, "ms", "without it, in turn", without.MedianP99),
            new Figure("beside a stalled subscriber, memory", with.Memory.Max(), "MiB", "without it, in turn", without.Memory.Max()) { Curve = with.Memory },
        ];
    }

    private static async Task PublishAsync(BenchRun run, string stream, CancellationToken stopping)
    {
        using var socket = await LoadSocket.OpenSyncAsync(run.Server.Address, "stall-author", null, 0, run.Stopping).ConfigureAwait(false);
        try
        {
            for (long batch = 0; ; batch++)
            {
                var title = LatencyMeter.Mark(Stopwatch.GetTimestamp()) + Frames.Title;
                await socket.SayAsync(Frames.Publish(stream, batch, batch * BatchEvents + 1, BatchEvents, title), stopping).ConfigureAwait(false);
                if (batch >= BatchesInFlight) await socket.ReadAsync(stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Measured long enough.
        }
    }

    /// <summary>What was measured in the times of one kind.</summary>
    private sealed class Window
    {
        private readonly List<double> _p99 = [];

        public List<double> Memory { get; } = [];

        public double MedianP99 => _p99.Order().ElementAt(_p99.Count / 2);

        public async Task MeasureAsync(BenchRun run, LatencyMeter meter)
        {
            meter.Clear();
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < run.Duration;)
            {
                await Task.Delay(SampleInterval, run.Stopping).ConfigureAwait(false);
                Memory.Add(run.Server.ResidentBytes / MiB);
            }
            _p99.Add(meter.Percentile(0.99));
        }
    }
}

using System.Diagnostics;

namespace Runnel.Cli.Bench;

/// <summary>How long an event takes from its author to each of 50 subscribers, at 200 events a second: the usual case of a chat.</summary>
internal static class LatencyBench
{
    private const int Subscribers = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchRun run)
    {
        const string stream = "bench:latency";
        using var author = await LoadSocket.OpenSyncAsync(run.Server.Address, "latency-author", null, 0, run.Stopping).ConfigureAwait(false);
        var ours = await MeasureAsync(
            run,
            i => LoadSocket.OpenSyncAsync(run.Server.Address, $"latency-{i}", stream, 0, run.Stopping),
            (number, sent) => author.SayAsync(Frames.Publish(stream, number, number, 1, LatencyMeter.Mark(sent)), run.Stopping)).ConfigureAwait(false);

        using var relay = await LoadSocket.OpenAsync(run.Bare.Address, "/relay", 4096, run.Stopping).ConfigureAwait(false);
        var bare = await MeasureAsync(
            run,
            _ => LoadSocket.OpenAsync(run.Bare.Address, "/relay", 4096, run.Stopping),
            (_, sent) => relay.SayAsync(LatencyMeter.Mark(sent) + Frames.Title, run.Stopping)).ConfigureAwait(false);
        var sync = RawDisk.MeasureSync(run.Directory, 250).TotalMilliseconds;
        return
        [
            new Figure($"published → received, 200/s × {Subscribers}, p50", ours.Percentile(0.50), "ms", "bare relay + fdatasync", bare.Percentile(0.50) + sync),
            new Figure($"published → received, 200/s × {Subscribers}, p99", ours.Percentile(0.99), "ms", "bare relay + fdatasync", bare.Percentile(0.99) + sync),
        ];
    }

    private static async Task<LatencyMeter> MeasureAsync(BenchRun run, Func<int, Task<LoadSocket>> open, Func<long, long, ValueTask> send)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var meter = new LatencyMeter();
        var receivers = new List<Task>();
        for (var i = 0; i < Subscribers; i++) receivers.Add(meter.ReceiveAsync(await open(i).ConfigureAwait(false), stop.Token));

        var started = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(Interval);
        for (long number = 1; Stopwatch.GetElapsedTime(started) < run.WarmUp + run.Duration; number++)
        {
            await pace.WaitForNextTickAsync(run.Stopping).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(started) < run.WarmUp) meter.Clear();
            await send(number, Stopwatch.GetTimestamp()).ConfigureAwait(false);
        }
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(receivers).ConfigureAwait(false);
        return meter;
    }
}

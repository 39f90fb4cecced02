using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

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
            (number, sent) => author.SayAsync(Frames.Publish(stream, number, number, 1, $"t:{sent}:"), run.Stopping)).ConfigureAwait(false);

        using var relay = await LoadSocket.OpenAsync(run.Bare.Address, "/relay", 4096, run.Stopping).ConfigureAwait(false);
        var bare = await MeasureAsync(
            run,
            _ => LoadSocket.OpenAsync(run.Bare.Address, "/relay", 4096, run.Stopping),
            (_, sent) => relay.SayAsync($"t:{sent}:{Frames.Title}", run.Stopping)).ConfigureAwait(false);
        var sync = RawDisk.MeasureSync(run.Directory, 250).TotalMilliseconds;
        return
        [
            new Figure($"published → received, 200/s × {Subscribers}, p50", Percentile(ours, 0.50), "ms", "bare relay + fdatasync", Percentile(bare, 0.50) + sync),
            new Figure($"published → received, 200/s × {Subscribers}, p99", Percentile(ours, 0.99), "ms", "bare relay + fdatasync", Percentile(bare, 0.99) + sync),
        ];
    }

    private static async Task<List<double>> MeasureAsync(BenchRun run, Func<int, Task<LoadSocket>> open, Func<long, long, ValueTask> send)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var times = new ConcurrentQueue<double>();
        var receivers = new List<Task>();
        for (var i = 0; i < Subscribers; i++) receivers.Add(ReceiveAsync(await open(i).ConfigureAwait(false), times, stop.Token));

        var started = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(Interval);
        for (long number = 1; Stopwatch.GetElapsedTime(started) < run.WarmUp + run.Duration; number++)
        {
            await pace.WaitForNextTickAsync(run.Stopping).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(started) < run.WarmUp) times.Clear();
            await send(number, Stopwatch.GetTimestamp()).ConfigureAwait(false);
        }
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(receivers).ConfigureAwait(false);
        var sorted = times.ToList();
        sorted.Sort();
        return sorted;
    }

    private static async Task ReceiveAsync(LoadSocket socket, ConcurrentQueue<double> times, CancellationToken stopping)
    {
        using var owned = socket;
        try
        {
            while (true)
            {
                var (message, _) = await socket.ReadAsync(stopping).ConfigureAwait(false);
                var arrived = Stopwatch.GetTimestamp();
                foreach (var part in System.Text.Encoding.UTF8.GetString(message.Span).Split("t:").Skip(1))
                {
                    if (long.TryParse(part.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sent)) times.Enqueue(Stopwatch.GetElapsedTime(sent, arrived).TotalMilliseconds);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Measured long enough.
        }
    }

    private static double Percentile(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * share)];
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Runnel.Records;
using Runnel.Server.Sqlite;
using Runnel.Server.Stores;

namespace Runnel.Benchmarks;

/// <summary>
/// Durable commits of groups over many streams, one event for each stream, against the same bytes appended to a plain file. Both
/// are run in turn, so that the machine's moods meet both; the medians are compared.
/// </summary>
internal static class StoreBenchmark
{
    private const int EventBytes = 160;
    private const int FrameBytes = 32;   // stream, seq, length and checksum, as a plain log would have them

    public static async Task<int> RunAsync(string[] args)
    {
        var numbers = args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).ToArray();
        var group = numbers.ElementAtOrDefault(0) is > 0 and var g ? g : 256;
        var streams = numbers.ElementAtOrDefault(1) is > 0 and var s ? s : 1_000;
        var pairs = numbers.ElementAtOrDefault(2) is > 0 and var p ? p : 7;
        var commits = numbers.ElementAtOrDefault(3) is > 0 and var c ? c : 1_000;

        Console.WriteLine($"{commits} commits of {group} events of {EventBytes} bytes over {streams} streams, {pairs} pairs after one to warm up");
        List<Measurement> raw = [], store = [];
        for (var pair = 0; pair <= pairs; pair++)
        {
            var (rawNow, storeNow) = (MeasureRaw(group, commits), await MeasureStoreAsync(group, streams, commits));
            Console.WriteLine($"  raw {rawNow}   store {storeNow}   ratio {storeNow.EventsPerSecond / rawNow.EventsPerSecond:F2}");
            if (pair == 0) continue;
            raw.Add(rawNow);
            store.Add(storeNow);
        }
        var ratios = raw.Zip(store, (r, t) => t.EventsPerSecond / r.EventsPerSecond);
        Console.WriteLine($"median: raw {raw.Select(m => m.EventsPerSecond).Median():N0}/s, store {store.Select(m => m.EventsPerSecond).Median():N0}/s, "
            + $"ratio {ratios.Median():F2}; p99 of a commit: raw {raw.Select(m => m.Percentile99).Median():F2} ms, store {store.Select(m => m.Percentile99).Median():F2} ms");
        return 0;
    }

    private static Measurement MeasureRaw(int group, int commits)
    {
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            using var log = new RawLog(directory);
            var buffer = new byte[group * (EventBytes + FrameBytes)];
            return Measure(group, commits, commit => commit, commit =>
            {
                for (var i = 0; i < group; i++) BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(i * (EventBytes + FrameBytes)), commit * group + i);
                log.Append(buffer);
            });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Measurement> MeasureStoreAsync(int group, int streams, int commits)
    {
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory });
            var appends = new AppendSource(streams, EventBytes);
            foreach (var creation in appends.Create().Chunk(1_000)) await store.CommitAsync(creation, default);
            return Measure(group, commits, _ => appends.Next(group), next =>
            {
                var results = store.CommitAsync(next, default).AsTask().GetAwaiter().GetResult();
                if (results.Any(result => result is not AppendResult.Appended)) throw new InvalidOperationException("An append was refused.");
            });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // What is appended is made just before, as a home would, and not counted.
    private static Measurement Measure<T>(int group, int commits, Func<int, T> prepare, Action<T> run)
    {
        GC.Collect();
        var times = new double[commits];
        for (var commit = 0; commit < commits; commit++)
        {
            var next = prepare(commit);
            var begin = Stopwatch.GetTimestamp();
            run(next);
            times[commit] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
        Array.Sort(times);
        return new Measurement(group * commits / times.Sum() * 1_000, times[commits / 2], times[commits * 99 / 100]);
    }

    private readonly record struct Measurement(double EventsPerSecond, double Median, double Percentile99)
    {
        public override string ToString() => $"{EventsPerSecond,9:N0}/s (p50 {Median:F2}, p99 {Percentile99:F2} ms)";
    }
}

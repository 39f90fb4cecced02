using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Sqlite;

namespace Runnel.Benchmarks;

/// <summary>
/// Acknowledged durable events through homes, committer and store, without sockets: many authors, each waiting for its answer before
/// it publishes again, against authors that wait in the same way for a plain append and its sync. Both are run in turn.
/// </summary>
internal static class CoreBenchmark
{
    private const int Streams = 1_000;
    private const int StreamsPerAuthor = 4;
    private const int TextBytes = 60;
    private const int StoredBytes = 270;   // what such an event has as stored
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args)
    {
        var numbers = args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).ToArray();
        var authors = numbers.ElementAtOrDefault(0) is > 0 and var a ? a : 256;
        var pairs = numbers.ElementAtOrDefault(1) is > 0 and var p ? p : 5;
        Console.WriteLine($"{authors} authors over {Streams} streams, {Duration.TotalSeconds:0} s each, {pairs} pairs after one to warm up");
        var ratios = new List<double>();
        for (var pair = 0; pair <= pairs; pair++)
        {
            var (raw, core) = (await MeasureRawAsync(authors), await MeasureCoreAsync(authors));
            Console.WriteLine($"  raw {raw,9:N0}/s   core {core,9:N0}/s   ratio {core / raw:F2}");
            if (pair > 0) ratios.Add(core / raw);
        }
        Console.WriteLine($"median ratio {ratios.Median():F2}");
        return 0;
    }

    private static async Task<double> MeasureCoreAsync(int authors)
    {
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            await using var store = await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory });
            await using var homes = new StreamHomes(store, new HomeOptions(), TimeProvider.System, IdSource.System);
            return await MeasureAsync(authors, author => PublishAsync(homes, author));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>An author's way to publish its next event: each has a few streams, in turn.</summary>
    private static Func<Task> PublishAsync(StreamHomes homes, int author)
    {
        var client = ClientId.Parse($"author-{author}");
        var fields = EventFields.Create([new FieldChange(FieldName.Parse("title"), Delta.Set(CanonicalJson.FromString(new string('m', TextBytes))))]);
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse("01900000-0000-7000-8000-000000000001"));
        var streams = Enumerable.Range(0, StreamsPerAuthor).Select(i => StreamName.Parse($"stream-{(author * StreamsPerAuthor + i) % Streams}")).ToArray();
        var count = 0L;
        return async () =>
        {
            var stream = streams[count % StreamsPerAuthor];
            var draft = new EventDraft(count++ / StreamsPerAuthor + 1, Seq.None, EventOp.Update, key, fields);
            var request = new PublishRequest { Stream = stream, Client = client, Events = [draft] };
            if (await homes.PublishAsync(request, default) is PublishResult.Refused refused) throw new InvalidOperationException(refused.Refusal.Message);
        };
    }

    private static async Task<double> MeasureRawAsync(int authors)
    {
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            var queue = Channel.CreateUnbounded<TaskCompletionSource>(new UnboundedChannelOptions { SingleReader = true });
            using var log = new RawLog(directory);
            var committing = Task.Run(() => CommitAsync(queue.Reader, log));
            var rate = await MeasureAsync(authors, _ => () =>
            {
                var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                queue.Writer.TryWrite(durable);
                return durable.Task;
            });
            queue.Writer.Complete();
            await committing;
            return rate;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task CommitAsync(ChannelReader<TaskCompletionSource> queue, RawLog log)
    {
        var group = new List<TaskCompletionSource>();
        var buffer = new byte[4096 * StoredBytes];
        while (await queue.WaitToReadAsync())
        {
            while (group.Count < 4096 && queue.TryRead(out var durable)) group.Add(durable);
            log.Append(buffer.AsSpan(0, group.Count * StoredBytes));
            foreach (var durable in group) durable.SetResult();
            group.Clear();
        }
    }

    private static async Task<double> MeasureAsync(int authors, Func<int, Func<Task>> author)
    {
        GC.Collect();
        using var stop = new CancellationTokenSource();
        long count = 0;
        var running = Enumerable.Range(0, authors).Select(i => Task.Run(async () =>
        {
            for (var publish = author(i); !stop.IsCancellationRequested; Interlocked.Increment(ref count)) await publish();
        })).ToArray();
        await Task.Delay(Duration / 3);
        var (before, started) = (Interlocked.Read(ref count), Stopwatch.GetTimestamp());
        await Task.Delay(Duration);
        var rate = (Interlocked.Read(ref count) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return rate;
    }
}

using System.Diagnostics;
using Runnel.Client;

namespace Runnel.Benchmarks.Replicas;

/// <summary>
/// A change of a sort key in a live list, from the setter to the end of the frame in which the list has said the move, against sorting
/// a plain list of the same tasks again by the same key.
/// </summary>
internal static class ListBenchmark
{
    private const int Changes = 2_000, Sorts = 20, Pairs = 5;

    public static async Task RunAsync()
    {
        Console.WriteLine($"Where(!Completed).OrderBy(Title): {Changes} changes of a title against {Sorts} sorts, {Pairs} pairs after one to warm up");
        foreach (var tasks in (int[])[1_000, 10_000, 100_000])
        {
            var pairs = await Task.Run(() => MeasureAsync(tasks));
            var (change, sort) = (pairs.Select(pair => pair.Change).Median(), pairs.Select(pair => pair.Sort).Median());
            Console.WriteLine($"  {tasks,7:N0} tasks: a change {change * 1000,6:F1} µs (p99 {pairs.Select(pair => pair.Percentile99).Median() * 1000:F1} µs), "
                + $"{pairs.Select(pair => pair.Bytes).Median():N0} bytes; a sort {sort,7:F2} ms; ratio 1 : {sort / change:N0}");
        }
    }

    private static async Task<List<Pair>> MeasureAsync(int tasks)
    {
        var context = new PumpedContext();
        var options = new RunnelClientOptions { Transport = new RecordedServer(History.OfTasks(tasks)), Time = new FrameClock() };
        await using var client = await RunnelClient.OpenAsync("http://localhost", new NoDisk(), options);
        var collection = client.Stream(History.Stream.Value).Collection<TodoTask>();
        await client.CatchUpAsync();
        await client.GoOfflineAsync();
        return Within<List<Pair>>(context, () => [.. Enumerable.Range(0, Pairs + 1).Select(_ => MeasurePair(collection, context)).Skip(1)]);
    }

    private static Pair MeasurePair(SyncedCollection<TodoTask> collection, PumpedContext context)
    {
        var random = new Random(1);
        using var list = collection.Where(task => !task.Completed).OrderBy(task => task.Title).Bind();
        var said = 0;
        list.CollectionChanged += (_, _) => said++;
        var models = list.ToArray();
        var times = new double[Changes];
        GC.Collect();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Changes; i++)
        {
            var model = models[random.Next(models.Length)];
            var title = History.TitleOf(random.Next());
            var begin = Stopwatch.GetTimestamp();
            model.Title = title;
            context.Pump();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Changes;
        if (said < Changes / 2) throw new InvalidOperationException($"Only {said} moves were said.");
        return new Pair(times.Median(), times.Percentile(99), bytes, Sort(models, random));
    }

    /// <summary>What an app without a live list would do: change one, sort all.</summary>
    private static double Sort(TodoTask[] models, Random random)
    {
        var plain = models.Select(model => (model.Title, Model: model)).ToList();
        var times = new double[Sorts];
        for (var i = 0; i < Sorts; i++)
        {
            plain[random.Next(plain.Count)] = (History.TitleOf(random.Next()), models[0]);
            var begin = Stopwatch.GetTimestamp();
            plain.Sort((left, right) => StringComparer.CurrentCulture.Compare(left.Title, right.Title));
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }
        return times.Median();
    }

    private static T Within<T>(SynchronizationContext context, Func<T> measure)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return measure();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private readonly record struct Pair(double Change, double Percentile99, double Bytes, double Sort);
}

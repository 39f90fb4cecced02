using System.Diagnostics;
using Runnel.Client;
using Runnel.Client.Sqlite;

namespace Runnel.Benchmarks.Replicas;

/// <summary>Opening a replica until its bound list shows the first row, against reading the same rows with a bare SELECT from a file that is opened for it.</summary>
internal static class OpenBenchmark
{
    private const int Tasks = 10_000, Pairs = 9;

    public static async Task RunAsync()
    {
        Console.WriteLine($"Open of a replica of {Tasks:N0} tasks, {Pairs} pairs after the first, which also compiles");
        var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
        try
        {
            var path = Path.Combine(directory, "replica.db");
            await MakeAsync(path);
            var pairs = new List<(double Open, double Read)>();
            for (var pair = 0; pair <= Pairs; pair++)
            {
                var (open, read) = (await OpenAsync(path), Read(path));
                Console.WriteLine($"  open {open,7:F1} ms   read {read,7:F1} ms   ratio {open / read:F1}");
                if (pair > 0) pairs.Add((open, read));
            }
            Console.WriteLine($"median: open {pairs.Select(pair => pair.Open).Median():F1} ms, read {pairs.Select(pair => pair.Read).Median():F1} ms, "
                + $"ratio {pairs.Select(pair => pair.Open / pair.Read).Median():F1}");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task MakeAsync(string path)
    {
        var options = new RunnelClientOptions { Transport = new RecordedServer(History.OfTasks(Tasks)) };
        await using var client = await RunnelClient.OpenAsync("http://localhost", SqliteReplica.At(path), options);
        client.Stream(History.Stream.Value);
        await client.CatchUpAsync();
    }

    private static async Task<double> OpenAsync(string path)
    {
        GC.Collect();
        var begin = Stopwatch.GetTimestamp();
        await using var client = await RunnelClient.OpenAsync("http://localhost", SqliteReplica.At(path), new RunnelClientOptions { Transport = new Unplugged() });
        using var list = client.Stream(History.Stream.Value).Collection<TodoTask>().Where(task => !task.Completed).OrderBy(task => task.Title).Bind();
        var first = list[0].Title;
        var elapsed = Stopwatch.GetElapsedTime(begin);
        if (list.Count != Tasks || first.Length == 0) throw new InvalidOperationException($"Only {list.Count} tasks show.");
        return elapsed.TotalMilliseconds;
    }

    private static double Read(string path)
    {
        GC.Collect();
        var begin = Stopwatch.GetTimestamp();
        using var rows = new SqliteRows(path);
        var count = rows.Read("WHERE kind = 2").Count;
        var elapsed = Stopwatch.GetElapsedTime(begin);
        if (count != Tasks) throw new InvalidOperationException($"Only {count} rows are there.");
        return elapsed.TotalMilliseconds;
    }
}

using System.Diagnostics;
using Runnel.Client;
using Runnel.Client.Sqlite;

namespace Runnel.Benchmarks.Replicas;

/// <summary>A setter, and the wait until its edit is durable, against a bare prepared insert of as many bytes and its commit.</summary>
internal static class SetterBenchmark
{
    private const int Tasks = 500, Pairs = 5;

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Tasks} setters, each flushed, offline on a SQLite replica, {Pairs} pairs after one to warm up");
        var pairs = new List<Pair>();
        for (var number = 0; number <= Pairs; number++)
        {
            var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
            try
            {
                var pair = await MeasureAsync(directory);
                Console.WriteLine($"  bare {pair.Commit:F3} ms   setter {pair.Setter * 1000:F1} µs, durable {pair.Durable:F3} ms (p99 {pair.Percentile99:F2} ms)   ratio {pair.Durable / pair.Commit:F2}");
                if (number > 0) pairs.Add(pair);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        Console.WriteLine($"median: bare {pairs.Select(pair => pair.Commit).Median():F3} ms, setter {pairs.Select(pair => pair.Setter).Median() * 1000:F1} µs, "
            + $"durable {pairs.Select(pair => pair.Durable).Median():F3} ms, ratio {pairs.Select(pair => pair.Durable / pair.Commit).Median():F2}");
    }

    private static async Task<Pair> MeasureAsync(string directory)
    {
        var path = Path.Combine(directory, "replica.db");
        var options = new RunnelClientOptions { Transport = new RecordedServer(History.OfTasks(Tasks)) };
        await using var client = await RunnelClient.OpenAsync("http://localhost", SqliteReplica.At(path), options);
        var tasks = client.Stream(History.Stream.Value).Collection<TodoTask>();
        await client.CatchUpAsync();
        await client.GoOfflineAsync();
        await client.FlushAsync();

        using var replica = new SqliteRows(path);
        using var bare = new SqliteRows(Path.Combine(directory, "bare.db"));
        var (setters, flushes, commits) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var task in tasks)
        {
            var begin = Stopwatch.GetTimestamp();
            task.Completed = true;
            setters.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            await client.FlushAsync();
            flushes.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            commits.Add(Commit(bare, replica.Read("WHERE kind = 3 ORDER BY name DESC LIMIT 1").Single()));
        }
        return new Pair(setters.Median(), flushes.Median(), flushes.Percentile(99), commits.Median());
    }

    /// <summary>The row that the setter wrote, in a transaction of its own.</summary>
    private static double Commit(SqliteRows bare, SqliteRows.Row row)
    {
        var begin = Stopwatch.GetTimestamp();
        bare.Execute("BEGIN");
        bare.Insert(row);
        bare.Execute("COMMIT");
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private readonly record struct Pair(double Setter, double Durable, double Percentile99, double Commit);
}

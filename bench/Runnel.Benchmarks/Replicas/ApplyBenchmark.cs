using System.Diagnostics;
using Runnel.Client;
using Runnel.Client.Sqlite;

namespace Runnel.Benchmarks.Replicas;

/// <summary>
/// A catch-up of many events, from the server's first frame to the last durable write in a SQLite replica, against inserting the rows
/// that it leaves with a bare prepared statement in one transaction.
/// </summary>
internal static class ApplyBenchmark
{
    private const int Events = 100_000, Pairs = 5;

    public static async Task RunAsync()
    {
        Console.WriteLine($"Catch-up of {Events:N0} events, each the insert of a task, into a SQLite replica, {Pairs} pairs after one to warm up");
        var history = History.OfTasks(Events);
        var pairs = new List<(double Apply, double Insert)>();
        for (var pair = 0; pair <= Pairs; pair++)
        {
            var directory = Directory.CreateTempSubdirectory("runnel-bench-").FullName;
            try
            {
                var path = Path.Combine(directory, "replica.db");
                var apply = await ApplyAsync(path, new RecordedServer(history));
                var insert = Insert(ReadAll(path), Path.Combine(directory, "bare.db"));
                Console.WriteLine($"  bare {insert,6:F0} ms   replica {apply,6:F0} ms   ratio {insert / apply:F2}");
                if (pair > 0) pairs.Add((apply, insert));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        var (rate, limit) = (Events / pairs.Select(pair => pair.Apply).Median() * 1_000, Events / pairs.Select(pair => pair.Insert).Median() * 1_000);
        Console.WriteLine($"median: bare {limit:N0} rows/s, replica {rate:N0} events/s, ratio {pairs.Select(pair => pair.Insert / pair.Apply).Median():F2}");
    }

    private static async Task<double> ApplyAsync(string path, RecordedServer server)
    {
        await using var client = await RunnelClient.OpenAsync("http://localhost", SqliteReplica.At(path), new RunnelClientOptions { Transport = server });
        client.IsSwitchedOff = true;
        client.Stream(History.Stream.Value);
        await client.FlushAsync();
        GC.Collect();
        var begin = Stopwatch.GetTimestamp();
        client.IsSwitchedOff = false;
        await client.CatchUpAsync();
        await client.FlushAsync();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static List<SqliteRows.Row> ReadAll(string path)
    {
        using var rows = new SqliteRows(path);
        return rows.Read();
    }

    private static double Insert(List<SqliteRows.Row> rows, string path)
    {
        if (rows.Count < Events) throw new InvalidOperationException($"Only {rows.Count} rows are there.");
        using var bare = new SqliteRows(path);
        GC.Collect();
        var begin = Stopwatch.GetTimestamp();
        bare.Execute("BEGIN");
        foreach (var row in rows) bare.Insert(row);
        bare.Execute("COMMIT");
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }
}

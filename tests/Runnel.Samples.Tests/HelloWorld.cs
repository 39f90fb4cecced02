using Runnel.Client;
using Runnel.Client.Sqlite;

namespace Runnel.Samples.Tests;

/// <summary>What docs/client.md begins with, so that it is known to compile and to run.</summary>
internal static class HelloWorld
{
    public static async Task RunAsync(string server, string file)
    {
        await using var runnel = await RunnelClient.OpenAsync(server, SqliteReplica.At(file));   // offline is fine
        var tasks = runnel.Stream("todo:home").Collection<TodoTask>();

        var open = tasks.Where(t => !t.Completed).OrderBy(t => t.Title).Bind();   // live: bind it to any list
        var milk = tasks.Insert(new() { Title = "Milk" });                        // returns at once; on disk within 50 ms
        milk.Completed = true;                                                    // one small event
        await runnel.FlushAsync();                                                // or be sure that it is on disk

        Console.WriteLine($"{open.Count} to do. {runnel.Status}");                // 0 to do. Online, 1 pending
        foreach (var c in tasks.Conflicts) Console.WriteLine($"{c.Field}: {c.Winner} over {c.Lost}, because {c.Rule}");
    }
}

using System.Buffers;
using System.Diagnostics;
using Runnel.Client;
using Runnel.Protocol;

namespace Runnel.Benchmarks.Replicas;

/// <summary>What is sent of many edits made offline, against sending each of them as an event of its own.</summary>
internal static class OfflineBenchmark
{
    private const int Tasks = 100, Edits = 10_000, BatchEvents = 1_000;

    public static async Task RunAsync()
    {
        var server = new RecordedServer(History.OfTasks(Tasks));
        await using var client = await RunnelClient.OpenAsync("http://localhost", new NoDisk(), new RunnelClientOptions { Transport = server });
        var collection = client.Stream(History.Stream.Value).Collection<TodoTask>();
        await client.CatchUpAsync();
        await client.GoOfflineAsync();

        var begin = Stopwatch.GetTimestamp();
        var drafts = Edit([.. collection]);
        var edited = Stopwatch.GetElapsedTime(begin);
        client.IsSwitchedOff = false;
        await client.CatchUpAsync();

        var bytes = drafts.Chunk(BatchEvents).Sum(SizeOf);
        Console.WriteLine($"{Edits:N0} edits of {Tasks} tasks offline, each {edited.TotalMicroseconds / Edits:F1} µs, three of four of the title, the others of completed");
        Console.WriteLine($"  sent {server.EventsTaken:N0} events, {server.BytesTaken:N0} bytes; one by one {drafts.Count:N0} events, {bytes:N0} bytes; "
            + $"ratio 1 : {(double)drafts.Count / server.EventsTaken:F0} events, 1 : {(double)bytes / server.BytesTaken:F0} bytes");
    }

    /// <summary>Edits at random, the same in each run; gives the event that each edit would be.</summary>
    private static List<EventDraft> Edit(TodoTask[] tasks)
    {
        var random = new Random(1);
        var drafts = new List<EventDraft>(Edits);
        for (var i = 1; i <= Edits; i++)
        {
            var number = random.Next(tasks.Length);
            var change = random.Next(4) == 0 ? Toggle(tasks[number]) : Rename(tasks[number], random.Next());
            drafts.Add(new EventDraft(i, new Seq(Tasks), EventOp.Update, History.KeyOf(number), EventFields.Create([change])));
        }
        return drafts;
    }

    private static FieldChange Toggle(TodoTask task)
    {
        task.Completed = !task.Completed;
        return new FieldChange(FieldName.Parse("completed"), Delta.Set(CanonicalJson.FromBoolean(task.Completed)));
    }

    private static FieldChange Rename(TodoTask task, int number)
    {
        task.Title = History.TitleOf(number);
        return new FieldChange(FieldName.Parse("title"), Delta.Set(CanonicalJson.FromString(task.Title)));
    }

    private static int SizeOf(EventDraft[] batch)
    {
        var message = new ArrayBufferWriter<byte>();
        ClientMessageCodec.Write(message, new ClientMessage.Publish(1, History.Stream, batch, "0123456789abcdef0123456789abcdef"));
        return message.WrittenCount;
    }
}

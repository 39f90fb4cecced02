using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class BatchTests
{
    [Fact]
    public async Task A_batch_is_one_write_here_and_one_publish_at_the_server()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using var device = await Device.OpenAsync(server, store: store);
        var tasks = device.Collection<TodoTask>();
        var before = tasks.Insert(new() { Title = "before" });
        await device.SyncAsync();

        device.Stream.Batch(() =>
        {
            before.Completed = true;
            tasks.Insert(new() { Title = "a" });
            device.Stream.Batch(() => tasks.Insert(new() { Title = "b" }));
        });
        await device.SyncAsync();
        await device.Client.FlushAsync();

        Assert.Equal([1, 3], server.Batches);
        var first = store.Commits.First(commit => commit.Any(write => Names(write, "batch")));
        Assert.Equal(3, first.Where(write => Names(write, "batch")).Select(write => write.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_that_throws_was_never_made()
    {
        var server = new SmallServer();
        await using var device = await Device.OpenAsync(server);
        var tasks = device.Collection<TodoTask>();
        var milk = tasks.Insert(new() { Title = "Milk" });
        var bread = tasks.Insert(new() { Title = "Bread" });
        await device.VisitAsync();
        milk.Completed = true;
        TodoTask? eggs = null;

        void Fail()
        {
            milk.Title = "Soy milk";
            tasks.Remove(bread);
            eggs = tasks.Insert(new() { Title = "Eggs" });
            throw new InvalidOperationException("no more shelf");
        }

        Assert.Throws<InvalidOperationException>(() => device.Stream.Batch(Fail));

        Assert.Equal(("Milk", true), (milk.Title, milk.Completed));
        Assert.Null(eggs!.Key());
        Assert.Equal(["Bread", "Milk"], tasks.Select(task => task.Title).Order());
        Assert.Equal(1, device.Stream.Pending);
        await device.SyncAsync();
        Assert.Equal(3, server.Events.Count);
    }

    [Fact]
    public async Task Edits_after_a_batch_belong_to_none()
    {
        var server = new SmallServer();
        await using var device = await Device.OpenAsync(server);
        var tasks = device.Collection<TodoTask>();

        device.Stream.Batch(() => tasks.Insert(new() { Title = "a" }));
        tasks.Insert(new() { Title = "b" });

        Assert.Equal([true, false], device.Stream.Replica.Outbox.Events.Select(pending => pending.Batch is not null));
    }

    private static bool Names(LocalWrite write, string member) =>
        write is { Key.Kind: LocalKind.Pending, Value: { } value } && System.Text.Encoding.UTF8.GetString(value.Span).Contains($"\"{member}\"", StringComparison.Ordinal);
}

using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class ChangesTests
{
    [Fact]
    public async Task Changes_begin_with_what_is_there_and_go_on_with_what_happens()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        var milk = tasks.Insert(new() { Title = "Milk" });
        await using var changes = tasks.ChangesAsync().GetAsyncEnumerator();

        await Next(CollectionChangeKind.Inserted, milk);
        milk.Title = "Soy milk";
        await Next(CollectionChangeKind.Updated, milk);
        tasks.Remove(milk);
        await Next(CollectionChangeKind.Removed, milk);

        async Task Next(CollectionChangeKind kind, TodoTask model)
        {
            Assert.True(await changes.MoveNextAsync());
            Assert.Equal((kind, model), (changes.Current.Kind, changes.Current.Model));
        }
    }

    [Fact]
    public async Task A_reader_that_lags_hears_of_each_object_once()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        var milk = tasks.Insert(new() { Title = "Milk" });
        var bread = tasks.Insert(new() { Title = "Bread" });
        await using var changes = tasks.ChangesAsync().GetAsyncEnumerator();
        for (var i = 0; i < 2; i++) await changes.MoveNextAsync();

        for (var i = 0; i < 1_000; i++) milk.Title = $"Milk {i}";
        tasks.Remove(tasks.Insert(new() { Title = "gone again" }));
        tasks.Remove(bread);
        tasks.Insert(bread);
        var eggs = tasks.Insert(new() { Title = "Eggs" });
        eggs.Completed = true;

        var heard = new List<(CollectionChangeKind, TodoTask)>();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await changes.MoveNextAsync());
            heard.Add((changes.Current.Kind, changes.Current.Model));
        }
        Assert.Equal([(CollectionChangeKind.Updated, milk), (CollectionChangeKind.Updated, bread), (CollectionChangeKind.Inserted, eggs)], heard);
    }

    [Fact]
    public async Task A_reader_that_stops_is_forgotten()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        tasks.Insert(new() { Title = "Milk" });
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var change in tasks.ChangesAsync(stop.Token)) await stop.CancelAsync();
        });

        Assert.Equal(0, tasks.WatcherCount);
    }
}

using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class CollectionTests
{
    [Fact]
    public async Task An_object_that_is_inserted_is_there_at_once()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();

        var milk = tasks.Insert(new() { Title = "Milk" });

        Assert.Same(milk, Assert.Single(tasks));
        Assert.True(tasks.TryFind(milk.Key()!.Value.Id.Value, out var found));
        Assert.Same(milk, found);
        Assert.True(tasks.Contains(milk));
        Assert.Equal(1, device.Stream.Pending);
    }

    [Fact]
    public async Task An_object_that_is_removed_keeps_its_values_and_no_longer_follows()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        var milk = tasks.Insert(new() { Title = "Milk" });

        Assert.True(tasks.Remove(milk));
        Assert.False(tasks.Remove(milk));

        milk.Title = "Soy milk";
        Assert.Equal("Soy milk", milk.Title);
        Assert.Null(milk.Key());
        Assert.Empty(tasks);
        Assert.Equal(0, device.Stream.Pending);
    }

    [Fact]
    public async Task What_another_device_writes_reaches_the_same_object()
    {
        var server = new SmallServer();
        await using var phone = await Device.OpenAsync(server, 1);
        await using var laptop = await Device.OpenAsync(server, 2);
        var milk = phone.Collection<TodoTask>().Insert(new() { Title = "Milk", Label = Label.Pink });
        await Device.SyncAllAsync(phone, laptop);
        var there = Assert.Single(laptop.Collection<TodoTask>());
        Assert.Equal(("Milk", Label.Pink), (there.Title, there.Label));

        milk.Completed = true;
        await Device.SyncAllAsync(phone, laptop);

        Assert.True(there.Completed);
        Assert.Same(there, Assert.Single(laptop.Collection<TodoTask>()));
        phone.Collection<TodoTask>().Remove(milk);
        await Device.SyncAllAsync(phone, laptop);
        Assert.Empty(laptop.Collection<TodoTask>());
        Assert.Null(there.Key());
    }

    [Fact]
    public async Task Listeners_hear_of_remote_changes_outside_of_every_lock()
    {
        var server = new SmallServer();
        await using var phone = await Device.OpenAsync(server, 1);
        await using var laptop = await Device.OpenAsync(server, 2);
        var milk = phone.Collection<TodoTask>().Insert(new() { Title = "Milk" });
        await Device.SyncAllAsync(phone, laptop);
        var there = Assert.Single(laptop.Collection<TodoTask>());
        var heard = new TaskCompletionSource<(string? Name, bool IsLocked)>(TaskCreationOptions.RunContinuationsAsynchronously);
        there.PropertyChanged += (_, change) => heard.TrySetResult((change.PropertyName, laptop.Client.Gate.IsHeldByCurrentThread));

        milk.Title = "Soy milk";
        await Device.SyncAllAsync(phone, laptop);

        Assert.Equal(("Title", false), await heard.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task An_object_of_the_same_id_is_replaced()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var notes = device.Collection<Note>();
        var first = notes.Insert(new() { Name = "a", @class = "old" });

        var second = notes.Insert(new() { Name = "a", @class = "new" });

        Assert.Same(second, Assert.Single(notes));
        Assert.Null(first.Key());
        Assert.Equal("old", first.@class);
    }

    [Fact]
    public async Task An_object_is_in_one_collection_at_most()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var tasks = device.Collection<TodoTask>();
        var milk = tasks.Insert(new() { Title = "Milk" });

        Assert.Throws<InvalidOperationException>(() => tasks.Insert(milk));

        Assert.Same(milk, Assert.Single(tasks));
        Assert.Equal(1, device.Stream.Pending);
    }

    [Fact]
    public async Task What_is_on_disk_is_there_when_the_app_comes_back_without_a_network()
    {
        var (server, store) = (new SmallServer(), new MemoryStore());
        await using (var device = await Device.OpenAsync(server, store: store)) device.Collection<TodoTask>().Insert(new() { Title = "Milk" }).Completed = true;

        await using var again = await Device.OpenAsync(server, store: store);

        var milk = Assert.Single(again.Collection<TodoTask>());
        Assert.Equal(("Milk", true), (milk.Title, milk.Completed));
        Assert.Equal(SyncState.Pending, milk.SyncState);
    }

    [Fact]
    public async Task Many_threads_insert_edit_and_remove_and_nothing_is_lost()
    {
        const int threads = 4, each = 100;
        var server = new SmallServer();
        await using var phone = await Device.OpenAsync(server, 1);
        await using var laptop = await Device.OpenAsync(server, 2);
        var tasks = phone.Collection<TodoTask>();
        await Device.SyncAllAsync(phone, laptop);

        await Concurrently.RunAsync(Enumerable.Range(0, threads).Select<int, Action>(thread => () =>
        {
            for (var i = 0; i < each; i++)
            {
                var task = tasks.Insert(new() { Title = $"{thread}.{i}" });
                task.Completed = true;
                if (i % 2 == 1) tasks.Remove(task);
                foreach (var other in tasks.Take(3)) other.Label = Label.Pink;
            }
        }));
        await Device.SyncAllAsync(phone, laptop);

        var expected = from thread in Enumerable.Range(0, threads) from i in Enumerable.Range(0, each) where i % 2 == 0 select $"{thread}.{i}";
        Assert.Equal(expected.Order(), laptop.Collection<TodoTask>().Select(task => task.Title).Order());
        Assert.All(laptop.Collection<TodoTask>(), task => Assert.True(task.Completed));
        Assert.Equal(phone.Stream.Replica.Confirmed.MergeHash(), laptop.Stream.Replica.Confirmed.MergeHash());
    }
}

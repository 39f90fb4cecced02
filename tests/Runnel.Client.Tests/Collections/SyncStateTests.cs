using System.Collections.Concurrent;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Collections;

public class SyncStateTests
{
    [Fact]
    public async Task An_edit_is_pending_until_it_comes_back_and_the_object_says_so()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var milk = new TodoTask { Title = "Milk" };
        var said = Listen(milk);
        Assert.Equal(SyncState.None, milk.SyncState);

        device.Collection<TodoTask>().Insert(milk);
        Assert.Equal(SyncState.Pending, milk.SyncState);
        await Device.UntilAsync(() => said.Count == 1);
        await device.SyncAsync();

        Assert.Equal(SyncState.Acknowledged, milk.SyncState);
        await Device.UntilAsync(() => said.Count == 2);
    }

    [Fact]
    public async Task An_edit_that_is_refused_for_good_shows_on_its_object_and_the_others_go_on()
    {
        var server = new SmallServer { Refuses = draft => draft.Fields.Wire.ToString().Contains("curse", StringComparison.Ordinal) ? "Mind your language." : null };
        await using var device = await Device.OpenAsync(server);
        var tasks = device.Collection<TodoTask>();
        var (milk, bread) = (tasks.Insert(new() { Title = "Milk" }), tasks.Insert(new() { Title = "Bread" }));
        await device.VisitAsync();
        var said = Listen(milk);

        milk.Title = "curse";
        bread.Title = "Rye bread";
        await device.SyncAsync();

        Assert.Equal((SyncState.Rejected, SyncState.Acknowledged), (milk.SyncState, bread.SyncState));
        Assert.Equal(("Milk", "Rye bread"), (milk.Title, bread.Title));
        await Device.UntilAsync(() => said.Count == 2);   // pending, then rejected
        await Assert.Single(device.Stream.Rejections).DiscardAsync();
        Assert.Equal(SyncState.Acknowledged, milk.SyncState);
    }

    private static ConcurrentQueue<SyncState> Listen(TodoTask task)
    {
        var said = new ConcurrentQueue<SyncState>();
        task.PropertyChanged += (_, change) =>
        {
            if (change.PropertyName == nameof(SyncState)) said.Enqueue(task.SyncState);
        };
        return said;
    }
}

using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Ordering;

public class MoveTests
{
    [Fact]
    public async Task A_new_object_comes_last_and_a_moved_one_where_it_is_put()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var chores = device.Collection<Chore>();
        var (a, b, c) = (Add(chores, "a"), Add(chores, "b"), Add(chores, "c"));
        Assert.Equal("abc", Read(chores));

        chores.Move(c, a);
        Assert.Equal("cab", Read(chores));
        chores.Move(c, null);
        Assert.Equal("abc", Read(chores));
        chores.Move(a, c);
        Assert.Equal("bac", Read(chores));
        chores.Move(b, b);
        Assert.Equal("bac", Read(chores));
    }

    [Fact]
    public async Task Moving_an_object_to_where_it_is_says_nothing()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var chores = device.Collection<Chore>();
        var (a, b) = (Add(chores, "a"), Add(chores, "b"));
        await device.SyncAsync();

        chores.Move(a, b);
        chores.Move(b, null);

        Assert.Equal(0, device.Stream.Pending);
    }

    [Fact]
    public async Task A_move_is_one_event_of_one_object()
    {
        var server = new SmallServer();
        await using var device = await Device.OpenAsync(server);
        var chores = device.Collection<Chore>();
        var (a, _, c) = (Add(chores, "a"), Add(chores, "b"), Add(chores, "c"));
        await device.VisitAsync();

        chores.Move(c, a);
        await device.SyncAsync();

        Assert.Equal(4, server.Events.Count);
        Assert.Equal(c.Key(), server.Events[^1].Event.Key);
    }

    [Fact]
    public async Task Objects_that_share_a_place_get_places_when_one_is_moved_among_them()
    {
        var server = new SmallServer();
        await using var device = await Device.OpenAsync(server);
        await using var other = await Device.OpenAsync(server, 2);
        var chores = device.Collection<Chore>();
        foreach (var name in new[] { "a", "b", "c", "d" }) Add(chores, name).Place = OrderKey.None;
        Assert.Equal("abcd", Read(chores));

        chores.Move(chores.Single(chore => chore.Name == "d"), chores.Single(chore => chore.Name == "b"));

        Assert.Equal("adbc", Read(chores));
        await Device.SyncAllAsync(device, other);
        Assert.Equal("adbc", Read(other.Collection<Chore>()));
    }

    [Fact]
    public async Task What_cannot_be_moved_is_refused()
    {
        await using var device = await Device.OpenAsync(new SmallServer());
        var chores = device.Collection<Chore>();
        var a = Add(chores, "a");

        Assert.Throws<ArgumentException>(() => chores.Move(new Chore(), null));
        Assert.Throws<ArgumentException>(() => chores.Move(a, new Chore()));
        var tasks = device.Collection<TodoTask>();
        var task = tasks.Insert(new());
        Assert.Throws<InvalidOperationException>(() => tasks.Move(task, null));
    }

    internal static Chore Add(SyncedCollection<Chore> chores, string name) => chores.Insert(new() { Name = name });

    internal static string Read(SyncedCollection<Chore> chores) => string.Concat(chores.OrderBy(chore => chore.Place).Select(chore => chore.Name));
}

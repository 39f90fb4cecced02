using Runnel.Client.LocalStore;
using Runnel.Client.Tests.Devices;
using Runnel.Client.Tests.Models;

namespace Runnel.Client.Tests.Sharing;

public class LeadingTests
{
    private readonly SmallServer _server = new();
    private readonly MemoryStore _disk = new();

    [Fact]
    public async Task What_a_leader_had_taken_when_it_was_killed_is_not_taken_again()
    {
        var (first, second) = (new SharedStore(_disk, "first", isLeading: true), new SharedStore(_disk, "second", isLeading: false));
        await using var leader = await OpenAsync(first, 1);
        await using var follower = await OpenAsync(second, 2);
        var (its, own) = (leader.Stream("todo:home"), follower.Stream("todo:home"));
        own.Collection<TodoTask>().Insert(new() { Title = "butter" });
        await follower.FlushAsync();

        // The leader takes it, and ends before anybody hears of its commit.
        first.Tell(new StoreNews.Handed());
        await Device.UntilAsync(() => its.Pending == 1);
        await leader.FlushAsync();
        second.Tell(new StoreNews.Leading());
        await Device.UntilAsync(() => !follower.Fellow!.IsFollowing);

        Assert.Equal("butter", Assert.Single(own.Collection<TodoTask>()).Title);
        Assert.Single(own.Replica.Outbox.Events);
    }

    private Task<RunnelClient> OpenAsync(SharedStore store, int number) =>
        RunnelClient.OpenAsync("http://localhost", store, new RunnelClientOptions { Transport = _server.NewWire(), Ids = new CountedIds(number) });
}

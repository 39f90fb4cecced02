using Runnel.Protocol;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>Many at once.</summary>
public class CrowdTests
{
    [Fact]
    public async Task A_thousand_sockets_that_come_back_at_once_miss_nothing_and_get_nothing_twice()
    {
        const int Sockets = 1_000, Rounds = 3, EventsPerRound = 50;
        await using var server = await SyncServer.StartAsync();
        await PublishAsync(server, EventsPerRound);

        for (var round = 1; round <= Rounds; round++)
        {
            var (after, head) = ((round - 1) * EventsPerRound, round * EventsPerRound);
            var clients = await Task.WhenAll(Enumerable.Range(0, Sockets).Select(i => server.ConnectAsync($"client-{i}", round)));
            var received = await Task.WhenAll(clients.Select(async client =>
            {
                await client.SendAsync($$"""{"type":"subscribe","stream":"todo","after":{{after}}}""");
                return await client.ReceiveEventsAsync("todo", head);
            }));

            Assert.All(received, seqs => Assert.Equal(Enumerable.Range(after + 1, EventsPerRound).Select(seq => (long)seq), seqs));
            if (round < Rounds) await PublishAsync(server, EventsPerRound);
            foreach (var client in clients) client.Abort();
        }
        await using var late = await server.ConnectAsync("late");
        await late.SendAsync("""{"type":"subscribe","stream":"todo","after":0}""");
        Assert.Equal(Rounds * EventsPerRound, (await late.ReceiveEventsAsync("todo", Rounds * EventsPerRound)).Count);
    }

    [Fact]
    public async Task Of_ten_thousand_subscriptions_on_one_connection_the_first_thousand_are_carried_and_the_others_refused()
    {
        const int Asked = 10_000, Carried = 1_000;
        await using var server = await SyncServer.StartAsync();
        await using var ada = await server.ConnectAsync();

        var asking = AskAsync();
        for (var i = 1; i <= Carried; i++) Assert.Equal($"s{i}", (await ada.ReceiveAsync("subscribed")).GetProperty("stream").GetString());
        for (var i = Carried + 1; i <= Asked; i++)
        {
            var error = await ada.ReceiveAsync("error");
            Assert.Equal(($"s{i}", "too_large", "A connection carries at most 1000 streams."),
                (error.GetProperty("stream").GetString(), error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        }
        await asking;

        await ada.SendAsync(SyncEndpointTests.Publish(1, 1, "s1000"));
        Assert.Equal([1], await ada.ReceiveEventsAsync("s1000", 1));
        Assert.Equal(Carried, server.Disk.SyncedCommits.SelectMany(group => group).Count(append => append.Header is not null));

        async Task AskAsync()
        {
            for (var i = 1; i <= Asked; i++) await ada.SendAsync($$$"""{"type":"subscribe","stream":"s{{{i}}}","after":0,"create":{}}""");
        }
    }

    private static async Task PublishAsync(SyncServer server, int count)
    {
        var key = new ObjectKey(CollectionName.Parse("task"), ObjectId.Parse("milk"));
        var request = new PublishRequest
        {
            Stream = StreamName.Parse("todo"),
            Client = ClientId.Parse("author"),
            Events = [.. Enumerable.Repeat(new EventDraft(null, null, EventOp.Insert, key, EventFields.Empty), count)],
        };
        Assert.IsType<PublishResult.Published>(await server.Homes.PublishAsync(request, TestContext.Current.CancellationToken));
    }
}

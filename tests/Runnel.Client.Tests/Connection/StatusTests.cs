using Microsoft.Extensions.Time.Testing;
using Runnel.Client.Tests.Models;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Tests.Connection;

/// <summary>What the status says is so: by arithmetic, for the client and for each stream.</summary>
public sealed class StatusTests
{
    private readonly ScriptedServer _server = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Progress_is_what_is_held_of_what_is_known()
    {
        await using var client = await RunnelClient.OpenAsync("http://unused", new SimulatedLocalDisk(), new RunnelClientOptions { Transport = _server, Time = _time });
        var stream = client.Stream("todo");
        Assert.Equal((ConnectionState.Offline, 1.0, null), (stream.Status.Connection, stream.Status.Progress, stream.Status.LastSynced));
        var (connection, _) = await _server.HelloAsync(1);
        connection.Welcome();
        var subscribe = await connection.HearAsync<ClientMessage.Subscribe>();
        connection.Say(new ServerMessage.Subscribed(subscribe.Stream, "id", new Seq(4), StreamSettings.Default, 0, null));
        await Waiting.UntilAsync(() => client.Status.Progress == 0);
        Assert.Equal(ConnectionState.CatchingUp, client.Status.Connection);

        connection.SayEvents("todo", 1, 1);
        await Waiting.UntilAsync(() => client.Status.Progress == 0.25);
        Assert.Equal(ConnectionState.CatchingUp, stream.Status.Connection);
        Assert.Equal("Catching up 25 %", client.Status.ToString().Replace('\u00A0', ' ').Replace("25%", "25 %", StringComparison.Ordinal));

        connection.SayEvents("todo", 2, 4);
        await Waiting.UntilAsync(() => client.Status.LastSynced is not null);
        Assert.Equal((ConnectionState.Online, 1.0, _time.GetUtcNow()), (client.Status.Connection, client.Status.Progress, client.Status.LastSynced));
        Assert.Equal(client.Status, stream.Status);
    }

    [Fact]
    public async Task Pending_and_rejected_are_counted_apart_for_each_stream_and_for_all()
    {
        await using var client = await RunnelClient.OpenAsync("http://unused", new SimulatedLocalDisk(), new RunnelClientOptions { Transport = _server, Time = _time });
        client.Stream("todo").Collection<TodoTask>().Insert(new TodoTask());
        var connection = await _server.WelcomeAsync(1);
        connection.Refuse("forbidden", await connection.HearAsync<ClientMessage.Publish>());
        await Waiting.UntilAsync(() => client.Status.Rejected == 1);
        client.Stream("other").Collection<TodoTask>().Insert(new TodoTask());

        Assert.Equal((1, 1), (client.Status.Pending, client.Status.Rejected));
        Assert.Equal((0, 1), (client.Stream("todo").Status.Pending, client.Stream("todo").Status.Rejected));
        Assert.Equal((1, 0), (client.Stream("other").Status.Pending, client.Stream("other").Status.Rejected));
        Assert.Equal("forbidden", Assert.Single(client.Stream("todo").Rejections).Code);
    }
}

namespace Runnel.Client.Sqlite.Tests;

/// <summary>Two processes on one store: one leads, and when it ends, however it ends, the other goes on from its rows.</summary>
public sealed class HandOverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_process_hands_its_outbox_over_to_the_one_that_waits()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartNewAsync();
        var path = directory.File("store.db");
        await using var editor = EditorProcess.Start(server.Url, path, "first", isOnline: false);
        await editor.ReadUntilMadeAsync(5);

        var opening = RunnelClient.OpenAsync(server.Url, SqliteReplica.At(path), cancellationToken: Cancellation);
        Assert.False(opening.IsCompleted);
        await editor.KillAsync();

        await using var client = await opening.WaitAsync(Patience.Deadline, Cancellation);
        await Patience.SettledAsync(client);
        var texts = (await server.EventsAsync("notes")).Select(stored => stored.GetProperty("fields").TryGetProperty("text", out var text) ? text.GetString() : null).ToList();
        Assert.All(editor.Made, text => Assert.Single(texts, text));
    }

    [Fact]
    public async Task A_client_that_closes_hands_over_to_the_one_that_waits()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartNewAsync();
        var source = SqliteReplica.At(directory.File("store.db"));
        var first = await RunnelClient.OpenAsync(server.Url, source, cancellationToken: Cancellation);
        var second = RunnelClient.OpenAsync(server.Url, source, cancellationToken: Cancellation);
        first.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "made by the first" });
        var id = first.Id;
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();   // not flushed by the app: closing does it

        await using var client = await second.WaitAsync(Patience.Deadline, Cancellation);
        Assert.Equal("made by the first", client.Stream("notes").Collection<Memo>().Single().Text);
        Assert.Equal(id, client.Id);
        await Patience.SettledAsync(client);
        Assert.Single(await server.EventsAsync("notes"));
    }
}

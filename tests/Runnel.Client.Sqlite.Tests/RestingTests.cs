namespace Runnel.Client.Sqlite.Tests;

/// <summary>Copies that rest in the local store: out of memory, not synchronized, and as they were when they are opened again.</summary>
public sealed class RestingTests : ServerTests
{
    private static readonly RunnelClientOptions OnDemand = new() { LoadsStreamsWhenOpened = true };

    [Fact]
    public async Task A_closed_stream_hears_nothing_and_catches_up_when_it_is_opened()
    {
        await using var ada = await OpenAsync("ada");
        await using var bob = await OpenAsync("bob");
        ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "before" });
        await Patience.UntilAsync(() => Texts(bob, "notes").SequenceEqual(["before"]), () => $"{bob.Status}");
        var closed = bob.Stream("notes");
        var memo = closed.Collection<Memo>().Single();

        Assert.True(await closed.CloseAsync(Cancellation));
        ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "meanwhile" });
        await Patience.SettledAsync(ada);

        Assert.Throws<ObjectDisposedException>(() => memo.Text = "too late");
        Assert.Throws<InvalidOperationException>(() => bob.Stream("notes"));
        Assert.Single(closed.Collection<Memo>());
        await bob.OpenStreamAsync("notes", cancellationToken: Cancellation);
        await Patience.UntilAsync(() => Texts(bob, "notes").SequenceEqual(["before", "meanwhile"]), () => $"{bob.Status}");
        bob.Stream("notes").Collection<Memo>().First().Text = "edited again";
        await Patience.UntilAsync(() => Texts(ada, "notes").Contains("edited again"), () => $"{bob.Status}");
    }

    [Fact]
    public async Task What_has_edits_to_send_does_not_rest()
    {
        await using (var ada = await OpenAsync("ada"))
        {
            foreach (var name in (string[])["quiet", "busy"]) ada.Stream(name).Collection<Memo>().Insert(new Memo { Text = name });
            await Patience.SettledAsync(ada);
            ada.IsSwitchedOff = true;
            ada.Stream("busy").Collection<Memo>().Insert(new Memo { Text = "unsent" });
            Assert.False(await ada.Stream("busy").CloseAsync(Cancellation));
            Assert.Equal(2, Texts(ada, "busy").Count());
        }
        await using var again = await OpenAsync("ada", OnDemand);

        await Patience.SettledAsync(again);

        Assert.Equal(2, (await Server.EventsAsync("busy")).Count);
        Assert.Throws<InvalidOperationException>(() => again.Stream("quiet"));
        Assert.Equal(["busy", "unsent"], Texts(again, "busy"));
        Assert.Equal(["quiet"], (await again.OpenStreamAsync("quiet", cancellationToken: Cancellation)).Collection<Memo>().Select(memo => memo.Text));
        await again.OpenStreamAsync("new", cancellationToken: Cancellation);
        await Patience.SettledAsync(again);
    }

    [Fact]
    public async Task A_stream_that_rested_while_the_id_was_given_up_is_none_of_the_old_ids()
    {
        await using (var ada = await OpenAsync("ada"))
        {
            foreach (var name in (string[])["quiet", "busy"]) ada.Stream(name).Collection<Memo>().Insert(new Memo { Text = name });
            await Patience.SettledAsync(ada);
        }
        await using var twin = await RunnelClient.OpenAsync(Server.Url, SqliteReplica.At(Files.CopyStore(Files.File("ada.db"))), cancellationToken: Cancellation);
        twin.Stream("busy").Collection<Memo>().Insert(new Memo { Text = "twin's" });
        await Patience.SettledAsync(twin);
        await using var copy = await OpenAsync("ada", OnDemand);
        var before = copy.Id;
        await copy.OpenStreamAsync("busy", cancellationToken: Cancellation);
        await Patience.UntilAsync(() => copy.Id != before, () => $"It does not see that it is a copy: {copy.Status}");

        var quiet = await copy.OpenStreamAsync("quiet", cancellationToken: Cancellation);
        quiet.Collection<Memo>().Insert(new Memo { Text = "under the new id" });
        await Patience.SettledAsync(copy);

        Assert.Null(quiet.Trouble);
        Assert.Equal(2, (await Server.EventsAsync("quiet")).Count);
    }

    private static IEnumerable<string> Texts(RunnelClient client, string stream) => client.Stream(stream).Collection<Memo>().Select(memo => memo.Text).Order();
}

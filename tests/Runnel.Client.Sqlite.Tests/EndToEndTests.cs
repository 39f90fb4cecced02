namespace Runnel.Client.Sqlite.Tests;

/// <summary>Clients on SQLite files and a real server: what one edits, the others see, through restarts, kills and copies.</summary>
public sealed class EndToEndTests : ServerTests
{
    [Fact]
    public async Task An_edit_on_one_client_arrives_at_another()
    {
        await using var ada = await OpenAsync("ada");
        await using var bob = await OpenAsync("bob");
        var (hers, his) = (ada.Stream("notes").Collection<Memo>(), bob.Stream("notes").Collection<Memo>());

        var memo = hers.Insert(new Memo { Text = "milk" });
        await Patience.UntilAsync(() => his.Count == 1, () => $"Nothing comes: {bob.Status}");
        his.Single().Text = "oat milk";
        await Patience.UntilAsync(() => memo.Text == "oat milk", () => $"Nothing comes back: {ada.Status}");

        await Patience.SettledAsync(ada);
        await AssertEqualAsync(ada, bob);
        Assert.Equal((1.0, 0), (ada.Stream("notes").Status.Progress, ada.Stream("notes").Status.Pending));
        Assert.NotNull(ada.Status.LastSynced);
        Assert.Null(ada.Status.LastError);
    }

    [Fact]
    public async Task Edits_made_offline_arrive_after_the_client_and_the_server_were_started_again()
    {
        await Server.StopAsync();
        await using (var ada = await OpenAsync("ada"))
        {
            ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "offline" });
            Assert.Equal(1, ada.Status.Pending);
        }
        await Server.StartAsync();

        await using var again = await OpenAsync("ada");
        await Patience.SettledAsync(again);

        Assert.Single(await Server.EventsAsync("notes"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clients_go_on_by_themselves_when_the_server_is_back(bool isKilled)
    {
        await using var ada = await OpenAsync("ada");
        await using var bob = await OpenAsync("bob");
        var (hers, his) = (ada.Stream("notes").Collection<Memo>(), bob.Stream("notes").Collection<Memo>());
        hers.Insert(new Memo { Text = "before" });
        await Patience.SettledAsync(ada);

        if (isKilled) await Server.KillAsync();
        else await Server.StopAsync();
        await Patience.UntilAsync(() => ada.Status.Connection == ConnectionState.Offline, () => "The client does not see that the server is gone.");
        hers.Insert(new Memo { Text = "meanwhile" });
        his.Insert(new Memo { Text = "meanwhile too" });
        await Server.StartAsync();

        await Patience.UntilAsync(() => hers.Count == 3 && his.Count == 3, () => $"They do not meet again: {ada.Status}; {bob.Status}");
        await Patience.SettledAsync(ada);
        await Patience.SettledAsync(bob);
        await AssertEqualAsync(ada, bob);
    }

    [Fact]
    public async Task A_restored_backup_goes_on_under_a_new_id_and_doubles_nothing()
    {
        ClientId before;
        string backup;
        await using (var ada = await OpenAsync("ada"))
        {
            before = ada.Id;
            var memos = ada.Stream("notes").Collection<Memo>();
            memos.Insert(new Memo { Text = "first" });
            await Patience.SettledAsync(ada);
            ada.IsSwitchedOff = true;
            memos.Insert(new Memo { Text = "pending in the backup" });
            await ada.FlushAsync();
            backup = Files.CopyStore(Files.File("ada.db"));
            ada.IsSwitchedOff = false;
            await Patience.SettledAsync(ada);
            memos.Insert(new Memo { Text = "after the backup" });
            await Patience.SettledAsync(ada);
        }

        await using var restored = await RunnelClient.OpenAsync(Server.Url, SqliteReplica.At(backup), cancellationToken: Cancellation);
        restored.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "after the restore" });
        await Patience.UntilAsync(() => restored.Id != before, () => $"It does not see that it is a copy: {restored.Status}");
        await Patience.SettledAsync(restored);

        var texts = (await Server.EventsAsync("notes")).Select(stored => stored.GetProperty("fields").GetProperty("text").GetString());
        Assert.Equal(["first", "pending in the backup", "after the backup", "after the restore"], texts);
        await AssertEqualAsync(restored);
    }

    [Fact]
    public async Task Two_living_copies_part_and_keep_all_their_edits()
    {
        await using var ada = await OpenAsync("ada");
        ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "common" });
        await Patience.SettledAsync(ada);
        await using var twin = await RunnelClient.OpenAsync(Server.Url, SqliteReplica.At(Files.CopyStore(Files.File("ada.db"))), cancellationToken: Cancellation);
        var (hers, its) = (ada.Stream("notes").Collection<Memo>(), twin.Stream("notes").Collection<Memo>());

        for (var i = 0; i < 5; i++)
        {
            hers.Insert(new Memo { Text = $"ada {i}" });
            its.Insert(new Memo { Text = $"twin {i}" });
        }

        await Patience.UntilAsync(() => hers.Count == 11 && its.Count == 11, () => $"They do not meet: {ada.Status}; {twin.Status}");
        await Patience.SettledAsync(ada);
        await Patience.SettledAsync(twin);
        Assert.Equal(11, (await Server.EventsAsync("notes")).Count);
        await AssertEqualAsync(ada, twin);
    }

    [Fact]
    public async Task Living_copies_send_once_what_they_have_in_common()
    {
        var file = Files.File("ada.db");
        await using (var ada = await OpenAsync("ada"))
        {
            ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "known" });
            await Patience.SettledAsync(ada);
            ada.IsSwitchedOff = true;
            for (var i = 0; i < 20; i++) ada.Stream("notes").Collection<Memo>().Insert(new Memo { Text = $"common {i}" });
            await ada.FlushAsync();
        }
        var copies = await Task.WhenAll(new[] { file, Files.CopyStore(file), Files.CopyStore(file), Files.CopyStore(file) }
            .Select(copy => RunnelClient.OpenAsync(Server.Url, SqliteReplica.At(copy), cancellationToken: Cancellation)));
        for (var i = 0; i < copies.Length; i++) copies[i].Stream("notes").Collection<Memo>().Insert(new Memo { Text = $"own {i}" });

        await Patience.UntilAsync(() => copies.All(copy => copy.Stream("notes").Collection<Memo>().Count == 25), () => $"They do not meet: {string.Join("; ", copies.Select(copy => copy.Status))}");
        foreach (var copy in copies) await Patience.SettledAsync(copy);
        Assert.Equal(25, (await Server.EventsAsync("notes")).Count);
        await AssertEqualAsync(copies);
        Assert.Equal(copies.Length, copies.Select(copy => copy.Id).Distinct().Count());
        foreach (var copy in copies) await copy.DisposeAsync();
    }

    [Fact]
    public async Task A_client_whose_stream_was_made_anew_says_so_and_may_start_over()
    {
        await using var ada = await OpenAsync("ada");
        var notes = ada.Stream("notes");
        notes.Collection<Memo>().Insert(new Memo { Text = "of the old stream" });
        await Patience.SettledAsync(ada);
        await Assert.ThrowsAsync<InvalidOperationException>(notes.StartOverAsync);
        ada.IsSwitchedOff = true;
        notes.Collection<Memo>().Insert(new Memo { Text = "pending" });
        await Server.DeleteAsync("notes");
        await using var bob = await OpenAsync("bob");
        bob.Stream("notes").Collection<Memo>().Insert(new Memo { Text = "of the new stream" });
        await Patience.SettledAsync(bob);
        ada.IsSwitchedOff = false;
        await Patience.UntilAsync(() => notes.HasDiverged, () => $"It sees nothing: {ada.Status}");
        Assert.Equal(["of the old stream", "pending"], notes.Collection<Memo>().Select(memo => memo.Text).Order());

        await notes.StartOverAsync();

        await Patience.UntilAsync(() => bob.Stream("notes").Collection<Memo>().Count == 2, () => $"Nothing comes: {ada.Status}");
        await Patience.SettledAsync(ada);
        Assert.Equal(["of the new stream", "pending"], notes.Collection<Memo>().Select(memo => memo.Text).Order());
        await AssertEqualAsync(ada, bob);
    }

    [Fact]
    public async Task A_signal_reaches_those_who_are_there_and_nobody_keeps_it()
    {
        await using var ada = await OpenAsync("ada");
        await using var bob = await OpenAsync("bob");
        var (hers, his) = (ada.Stream("notes"), bob.Stream("notes"));
        hers.Collection<Memo>().Insert(new Memo { Text = "here" });
        await Patience.SettledAsync(ada);
        await Patience.SettledAsync(bob);
        var heard = new System.Collections.Concurrent.ConcurrentQueue<Signal>();
        his.Signalled += (_, signal) => heard.Enqueue(signal);

        Assert.True(hers.TrySignal("""{"typing":true}"""));
        await Patience.UntilAsync(() => !heard.IsEmpty, () => $"Bob hears nothing: {bob.Status}");

        Assert.True(heard.TryDequeue(out var first));
        Assert.Equal((ada.Id, """{"typing":true}"""), (first.From, first.Json));
        Assert.Single(await Server.EventsAsync("notes"));
        ada.IsSwitchedOff = true;
        await Patience.UntilAsync(() => ada.Status.Connection == ConnectionState.SwitchedOff && !hers.TrySignal("1"), () => $"{ada.Status}");
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => hers.TrySignal("{"));
    }

    [Fact]
    public async Task Many_streams_share_one_connection()
    {
        await using var ada = await OpenAsync("ada");
        await using var bob = await OpenAsync("bob");
        for (var i = 0; i < 20; i++) ada.Stream($"notes-{i}").Collection<Memo>().Insert(new Memo { Text = $"{i}" });
        var lists = Enumerable.Range(0, 20).Select(i => bob.Stream($"notes-{i}").Collection<Memo>()).ToList();

        await Patience.SettledAsync(ada);
        await Patience.UntilAsync(() => lists.TrueForAll(list => list.Count == 1), () => $"Not all come: {bob.Status}");

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), lists.Select(list => list.Single().Text));
    }

    private async Task AssertEqualAsync(params RunnelClient[] clients)
    {
        var hash = await Server.MergeHashAsync("notes");
        Assert.All(clients, client => Assert.Equal(hash, client.Stream("notes").Replica.Confirmed.MergeHash()));
    }
}

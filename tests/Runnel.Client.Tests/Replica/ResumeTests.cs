using Runnel.Testing.LocalStores;

namespace Runnel.Client.Tests.Replica;

/// <summary>A process ends at any moment, and the next one goes on from the rows that were written.</summary>
public sealed class ResumeTests
{
    private readonly TestHome _home = new();

    [Fact]
    public void Everything_is_there_after_a_restart()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("1", "confirmed");
        ada.Sync();
        _home.Publish("bob", Edits.Update("1", "concurrent", preceding: 0));
        ada.Set("1", "pending");
        ada.Sync();
        ada.Disconnect();
        ada.Set("1", "offline");
        var (hash, conflicts) = (ada.Replica.Confirmed.MergeHash(), ada.Notes.Count);

        ada.Restart();

        Assert.Equal(hash, ada.Replica.Confirmed.MergeHash());
        Assert.Equal("\"offline\"", ada.Sees("1"));
        Assert.Equal(2, conflicts);
        ada.Sync();
        Assert.Contains("\"after\":3", ada.Connections[^1].Frames[0], StringComparison.Ordinal);
        Assert.Equal(_home.State.MergeHash(), ada.Replica.Confirmed.MergeHash());
    }

    [Fact]
    public void A_crash_at_any_commit_neither_loses_nor_doubles_an_edit()
    {
        foreach (var fate in (LocalCommitFate[])[LocalCommitFate.CrashesBefore, LocalCommitFate.CrashesAfter])
        {
            var crashes = 0;
            for (var at = 1; Crashes(fate, at); at++) crashes++;
            Assert.InRange(crashes, 8, 100);
        }
    }

    [Fact]
    public void An_acknowledged_event_that_has_not_come_back_is_not_sent_again_after_a_restart()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1");
        ada.CarryUp();
        ada.CarryDown();

        ada.Restart();
        ada.Sync();

        Assert.Single(ada.Published);
        Assert.Empty(ada.Outbox);
        Assert.Single(_home.Stored);
    }

    [Fact]
    public void Every_connection_has_a_session_above_all_before_it()
    {
        var ada = new Device(_home, "ada");
        for (var i = 0; i < 10; i++)
        {
            ada.Connect();
            if (i % 3 == 0) ada.Restart();
        }

        var sessions = ada.Connections.Select(connection => connection.Session).ToList();
        Assert.Equal(sessions.Order().Distinct(), sessions);
    }

    /// <summary>Plays a life whose commit number <paramref name="at"/> ends the process; false if it has fewer commits.</summary>
    private static bool Crashes(LocalCommitFate fate, int at)
    {
        var home = new TestHome();
        var disk = new SimulatedLocalDisk();
        var device = new Device(home, "ada", disk);
        var hasCrashed = false;
        disk.Fate = commits => commits == at ? fate : LocalCommitFate.Succeeds;
        var made = new List<string>();
        for (var step = 0; step < 6; step++)
        {
            Guarded(() => device.Insert($"{step}"), () => made.Add($"{step}"));
            Guarded(() => device.Sync(), () => { });
        }
        device.Sync();

        var stored = home.Stored.Select(stored => stored.Event.Key.Id.Value).ToList();
        Assert.Equal(stored.Distinct(), stored);
        Assert.Empty(made.Except(stored));
        Assert.Empty(device.Outbox);
        Assert.Equal(home.State.MergeHash(), device.Replica.Confirmed.MergeHash());
        return hasCrashed;

        void Guarded(Action step, Action isDone)
        {
            try
            {
                step();
                isDone();
            }
            catch (Runnel.Client.LocalStore.LocalStoreException)
            {
                hasCrashed = true;
                disk.Fate = _ => LocalCommitFate.Succeeds;
                device.Restart();
            }
        }
    }
}

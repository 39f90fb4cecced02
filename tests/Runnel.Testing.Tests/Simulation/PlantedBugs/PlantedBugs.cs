using Runnel.Client;
using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Coalescing;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Homes;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Devices;
using Runnel.Testing.Stores;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>All of them. Each lives in these tests only: nothing that is shipped can be switched to it.</summary>
internal static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } = [.. Server(), .. Coalescing(), .. Devices(), .. Places(), .. Stores(), .. Messages()];

    private static IEnumerable<PlantedBug> Server()
    {
        yield return new("A home acknowledges before the commit", "home", Promise.AcknowledgedIsDurable, () => new SimulationOptions
        {
            AroundHome = home => new PrematureHome(home, output => output is HomeOutput.Answer { Result: HomeAnswer.Published }),
        });
        yield return new("A home shows before the commit", "visibility", Promise.ReadersSeeDurableOnly, () => new SimulationOptions
        {
            AroundHome = home => new PrematureHome(home, output => output is HomeOutput.Show),
        });
        yield return new("What is known of clients is written beside the commit", "deduplication", Promise.ExactlyOnce, () =>
        {
            var file = new KeepsClientsElsewhere.SideFile();
            return new SimulationOptions { OpenStore = disk => new KeepsClientsElsewhere(new InMemoryStreamStore(disk), file) };
        });
        yield return new("What is known of clients is lost at a restart", "deduplication", Promise.ExactlyOnce, () => In(store => new ForgetsClientsAtRestart(store)));
        yield return new("The numbers of a failed commit are given again", "store", Promise.NeverReused, () => new SimulationOptions { OpenStore = disk => new ReusesNumbers(disk) });
        yield return new("A batch is committed in two parts", "batch atomicity", Promise.AtomicBatches, () => In(store => new SplitsBatches(store)));
        yield return new("A home takes every session for the latest", "sessions", Promise.WrongIsRefused, () => new SimulationOptions { AroundHome = home => new ForgivesSessions(home) })
        { Or = Promise.SessionsAreDurable };
        yield return new("Nonces are lost at a restart", "sessions", Promise.ResumesTruly, () => In(store => new ForgetsNonces(store)));
        yield return new("A cursor that reads from the store begins one too late", "cursor", Promise.Live, () => In(store => new ReadsOneTooLate(store)));
        yield return new("Events lose the number of what their author had seen when they are read", "codec", Promise.NothingInvented, () => In(store => new ReadsOtherwise(store)))
        { Or = Promise.Convergent };
    }

    private static IEnumerable<PlantedBug> Coalescing()
    {
        yield return new("An edit is merged into a frozen event", "freezing", Promise.ExactlyOnce, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(settings, confirmed, [.. pending.Select(waiting => waiting with { IsFrozen = false })], edit)))
        { Or = Promise.CoalescedUnseen };
        yield return new("An edit is merged into one that had seen less", "coalescing", Promise.CoalescedUnseen, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(settings, confirmed, [.. pending.Select(waiting => waiting with { Event = waiting.Event with { Event = waiting.Event.Event with { PrecedingSeq = edit.Event.Event.PrecedingSeq } } })], edit)));
        yield return new("An edit is merged into one of another batch", "coalescing", Promise.CoalescedUnseen, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(settings, confirmed, [.. pending.Select(waiting => waiting with { Batch = edit.Batch })], edit)));
        yield return new("Of two increments the last one stands for both", "coalescing", Promise.CoalescedUnseen, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(settings, confirmed, pending, edit) is Coalesced.Replace merged ? new Coalesced.Replace(WithLastIncrements(merged.Event, edit.Event.Event)) : Coalescer.Add(settings, confirmed, pending, edit)));
        yield return new("A delete swallows the update before it, where updates win", "coalescing", Promise.CoalescedUnseen, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(StreamSettings.Default, confirmed, pending, edit)));
        yield return new("What is confirmed, not what lies beneath, says whether an edit is in vain", "coalescing", Promise.CoalescedUnseen, () => Coalesces((settings, confirmed, pending, edit) =>
            Coalescer.Add(settings, confirmed, [], edit) is Coalesced.Nothing nothing ? nothing : Coalescer.Add(settings, confirmed, pending, edit)));
    }

    private static IEnumerable<PlantedBug> Devices()
    {
        yield return new("A pending edit is dropped when others write", "merge", Promise.NoEditIsLost, () => After(stream =>
        {
            var overtaken = stream.Replica.Outbox.Events.FirstOrDefault(pending => !pending.IsFrozen && pending.Rejection is null && pending.Draft.PrecedingSeq < stream.Replica.Head);
            if (overtaken is not null) stream.Replica.Outbox.Remove(overtaken);
        }))
        { Or = Promise.CoalescedUnseen };
        yield return new("A rejection drops the edit", "outbox", Promise.NoEditIsLost, () => After(stream =>
        {
            foreach (var rejected in stream.Replica.Outbox.Events.Where(pending => pending.Rejection is not null).ToList()) stream.Replica.Outbox.Remove(rejected);
        }))
        { Or = Promise.CoalescedUnseen };
        yield return new("An event leaves the outbox when it is acknowledged, not when it comes back", "visibility", Promise.ExactlyOnce, () => After(stream =>
        {
            if (stream.Replica.Outbox.InFlight is not null) return;
            foreach (var stored in stream.Replica.Outbox.Events.Where(pending => pending.IsFrozen).ToList()) stream.Replica.Outbox.Remove(stored);
        }))
        { Or = Promise.CoalescedUnseen };
        yield return new("Numbers are taken back though nobody knows what became of them", "freezing", Promise.ExactlyOnce, () => After(stream =>
        {
            if (!stream.Replica.IsLive) stream.Replica.Outbox.UnfreezeBehind(0);
        }));
        yield return new("A device resumes one event too far", "resume", Promise.Convergent, () => Loads(SkipOne)) { Or = Promise.SeenStays };
        yield return new("Deleted objects are forgotten when the app is closed", "records", Promise.Convergent, () => Loads(ForgetDeleted)) { Or = Promise.OwnEditsShown };
        yield return new("A device resumes one event too early, and merges it again", "resume", Promise.Convergent, () => Loads(RepeatOne)) { Or = Promise.ExactlyOnce };
        yield return new("A store that was found to be a copy goes on under its id", "copies", Promise.ExactlyOnce, () => new SimulationOptions
        {
            Hooks = new DeviceHooks
            {
                FoundCopy = client =>
                {
                    foreach (var stream in client.Streams) stream.Replica.GiveUpId(client.Id, []);
                },
            },
        })
        { Or = Promise.Live };
    }

    private static IEnumerable<PlantedBug> Places()
    {
        yield return new("A place is sought behind its neighbour on the left, whatever stands on the right", "places", Promise.MovedAsAsked, () => Chooses((after, _, author) => OrderKey.Between(after, OrderKey.None, author)));
        yield return new("Two who choose the same place get the same key", "places", Promise.MovedAsAsked, () => Chooses((after, before, _) => OrderKey.Between(after, before, ClientId.Parse("anybody"))));
    }

    private static IEnumerable<PlantedBug> Stores()
    {
        yield return new("A publish is sent before its numbers are on the disk", "outbox", Promise.ExactlyOnce, () => new SimulationOptions { Hooks = new DeviceHooks { AroundWriter = writer => new SendsEarly(writer) } });
        yield return new("A local commit is two", "store", Promise.NoEditIsLost, () => OnDisk(store => new CommitsInTwo(store))) { Or = Promise.ExactlyOnce };
        yield return new("A session is not stored before it is said", "sessions", Promise.ExactlyOnce, () => OnDisk(store => new DropsRows(store, write => write.Key.Kind == LocalKind.Client)));
    }

    private static IEnumerable<PlantedBug> Messages()
    {
        yield return new("What lies beyond a gap is shown before the gap closes", "gaps", Promise.Convergent, () => Hears((replica, message) =>
            message is ServerMessage.Events { Items: [var first, ..] } events && first.Seq > replica.Head.Next
                ? events with { From = replica.Head.Next, Items = [.. events.Items.Select((item, i) => item with { Seq = replica.Head + 1 + i })] }
                : message))
        { Or = Promise.ReadersSeeDurableOnly };
        yield return new("Events merge by their arrival, whatever their authors had seen", "merge", Promise.Convergent, () => Hears((replica, message) =>
            message is ServerMessage.Events events
                ? events with { Items = [.. events.Items.Select(item => item with { Event = item.Event with { PrecedingSeq = new Seq(item.Seq.Value - 1) } })] }
                : message));
    }

    private static SimulationOptions In(Func<Runnel.Server.Stores.IStreamStore, Runnel.Server.Stores.IStreamStore> around) => new() { OpenStore = disk => around(new InMemoryStreamStore(disk)) };

    private static SimulationOptions Coalesces(Func<StreamSettings, Runnel.Records.Record?, IReadOnlyList<Runnel.Coalescing.PendingEvent>, Runnel.Coalescing.PendingEvent, Coalesced> wrongly) => new()
    {
        Hooks = new DeviceHooks { Replicate = _ => (stream, client, loaded, ids) => new StreamReplica(stream, client, loaded, ids) { Coalesce = wrongly } },
    };

    private static SimulationOptions After(Action<SyncedStream> wrong) => new() { Hooks = new DeviceHooks { AfterTurn = wrong } };

    private static SimulationOptions Loads(Func<LoadedStream, LoadedStream> wrongly) => new()
    {
        Hooks = new DeviceHooks { Replicate = _ => (stream, client, loaded, ids) => new StreamReplica(stream, client, wrongly(loaded), ids) },
    };

    private static SimulationOptions Chooses(Func<OrderKey, OrderKey, ClientId, OrderKey> wrongly) => new() { Hooks = new DeviceHooks { Between = wrongly } };

    private static SimulationOptions OnDisk(Func<ILocalStore, ILocalStore> around) => new() { Hooks = new DeviceHooks { AroundStore = around } };

    private static SimulationOptions Hears(Func<StreamReplica, ServerMessage, ServerMessage> wrongly) => new() { Hooks = new DeviceHooks { Hear = wrongly } };

    private static Event WithLastIncrements(Event merged, Event edit) => merged with
    {
        Fields = EventFields.Create(merged.Fields.Changes.Select(change =>
            edit.Fields.Changes.FirstOrDefault(last => last.Name == change.Name && last.Delta is Delta.Increment) is { Delta: { } delta } && change.Delta is Delta.Increment ? change with { Delta = delta } : change)),
    };

    private static LoadedStream SkipOne(LoadedStream loaded) => loaded.State.Head.Value < 3 ? loaded : At(loaded, loaded.State.Head.Next);

    private static LoadedStream RepeatOne(LoadedStream loaded) => loaded.State.Head.Value < 3 ? loaded : At(loaded, new Seq(loaded.State.Head.Value - 1));

    private static LoadedStream At(LoadedStream loaded, Seq head) => loaded with
    {
        State = loaded.State with { Head = head },
        Records = RecordSet.Assemble(loaded.State.Settings, head, [.. loaded.Records.Keys.Select(loaded.Records.WriteRecord)]),
    };

    private static LoadedStream ForgetDeleted(LoadedStream loaded) => loaded with
    {
        Records = RecordSet.Assemble(
            loaded.State.Settings, loaded.State.Head, [.. loaded.Records.Keys.Where(key => loaded.Records.TryFind(key, out var record) && record.Exists).Select(loaded.Records.WriteRecord)]),
    };
}

using Runnel.Client.Connection;
using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client.Tests.Replica;

/// <summary>
/// Random histories that find nothing prove nothing: each of these worlds is like the others but for one mistake, and is caught with the
/// promise that it breaks. The control is <see cref="RandomHistoryTests"/>.
/// </summary>
public sealed class PlantedBugTests
{
    [Fact]
    public void Coalescing_into_a_frozen_event_is_caught() =>
        AssertCaught("Gapless", new WorldOptions { Replica = (loaded, identity) => Coalescing(loaded, identity, pending => pending with { IsFrozen = false }) });

    [Fact]
    public void Coalescing_across_what_the_author_has_seen_in_between_is_not_invisible()
    {
        for (var seed = 0; seed < RandomHistoryTests.Seeds; seed++)
        {
            var wrong = CoalescingWorld.Play(seed, (settings, confirmed, pending, edit) =>
                Runnel.Coalescing.Coalescer.Add(settings, confirmed, [.. pending.Select(earlier => AsIfSeen(earlier, edit))], edit), out _);
            if (wrong != CoalescingWorld.Play(seed, CoalescingWorld.Never, out _)) return;
        }
        Assert.Fail("No seed sees that coalescing changes the result.");
    }

    [Fact]
    public void An_own_pending_edit_that_a_remote_one_overwrites_is_caught() =>
        AssertCaught("Exactly once", new WorldOptions { Coalesces = false, AfterStep = DropsWhatOthersTouched() });

    [Fact]
    public void A_rejection_that_drops_the_edit_is_caught() =>
        AssertCaught("Exactly once", new WorldOptions { Coalesces = false, AfterStep = DropsRejected });

    [Fact]
    public void A_resume_that_is_off_by_one_is_caught() =>
        AssertCaught("Convergent", new WorldOptions { Replica = (loaded, identity) => new StreamReplica(TestHome.Stream, identity.Id, SkipOne(loaded), IdSource.System) });

    private static void AssertCaught(string promise, WorldOptions options)
    {
        var others = new List<string>();
        for (var seed = 0; seed < RandomHistoryTests.Seeds; seed++)
        {
            if (new ReplicaWorld(seed, options).Play(steps: 50 + seed % 400) is not { } broken) continue;
            if (broken.StartsWith(promise, StringComparison.Ordinal)) return;
            others.Add(broken);
        }
        Assert.Fail($"No seed sees that \"{promise}\" is broken; what they see is: {string.Join("; ", others.Take(5))}");
    }

    private static StreamReplica Coalescing(LoadedStream loaded, ClientIdentity identity, Func<Runnel.Coalescing.PendingEvent, Runnel.Coalescing.PendingEvent> seenAs) =>
        new(TestHome.Stream, identity.Id, loaded, IdSource.System)
        {
            Coalesce = (settings, confirmed, pending, edit) => Runnel.Coalescing.Coalescer.Add(settings, confirmed, [.. pending.Select(seenAs)], edit),
        };

    private static Runnel.Coalescing.PendingEvent AsIfSeen(Runnel.Coalescing.PendingEvent earlier, Runnel.Coalescing.PendingEvent edit) =>
        earlier with { Event = earlier.Event with { Event = earlier.Event.Event with { PrecedingSeq = edit.Event.Event.PrecedingSeq } } };

    private static void DropsRejected(Device device)
    {
        foreach (var rejected in device.Outbox.Where(pending => pending.Rejection is not null).ToList())
        {
            if (device.Replica.Outbox.RejectedOf(rejected.Key).Any()) device.Discard(rejected.Key.Id.Value);
        }
    }

    private static Action<Device> DropsWhatOthersTouched()
    {
        var heads = new Dictionary<Device, Seq>();
        return device =>
        {
            if (heads.GetValueOrDefault(device) < device.Replica.Head && device.Outbox.LastOrDefault(pending => !pending.IsFrozen && pending.Draft.PrecedingSeq < device.Replica.Head) is { } pending)
            {
                device.Drop(pending);
            }
            heads[device] = device.Replica.Head;
        };
    }

    private static LoadedStream SkipOne(LoadedStream loaded)
    {
        var head = loaded.State.Head;
        if (head.Value < 3) return loaded;
        var records = RecordSet.Assemble(loaded.State.Settings, head.Next, [.. loaded.Records.Keys.Select(loaded.Records.WriteRecord)]);
        return loaded with { State = loaded.State with { Head = head.Next }, Records = records };
    }
}

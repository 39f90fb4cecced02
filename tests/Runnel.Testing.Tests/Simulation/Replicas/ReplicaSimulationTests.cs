using Runnel.Client.Replica;
using Runnel.Records;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Clients;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation.Replicas;

/// <summary>The product's replicas in the simulated worlds, judged by the same oracle as everything else there.</summary>
public sealed class ReplicaSimulationTests
{
    private static readonly int Seeds = Randomized.Runs(60);

    // A connection of the product's keeps its frames in order; those of dead connections still come late.
    private static readonly SimulatedFaults Faults = SimulatedFaults.All & ~SimulatedFaults.Reordering;

    [Fact]
    public void Replicas_keep_every_promise()
    {
        long acknowledged = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var report = Simulator.Run(seed, new SimulationOptions { Faults = Faults, Device = place => new ReplicaDevice(place) });
            report.ThrowIfBroken();
            acknowledged += report.Acknowledged;
        }
        Assert.True(acknowledged > 40 * Seeds, $"Only {acknowledged} events were acknowledged.");
    }

    [Fact]
    public void A_seed_with_replicas_goes_the_same_way_every_time()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var reports = Enumerable.Range(0, 2).Select(_ => Simulator.Run(seed, new SimulationOptions { Faults = Faults, Device = place => new ReplicaDevice(place) })).ToList();
            Assert.Equal(reports[0].TraceHash, reports[1].TraceHash);
        }
    }

    [Fact]
    public void A_pending_edit_that_is_dropped_when_others_write_is_seen() => AssertCaught(place => new ReplicaDevice(place)
    {
        AfterStep = (replica, _) =>
        {
            var overtaken = replica.Outbox.Events.FirstOrDefault(pending => !pending.IsFrozen && pending.Draft.PrecedingSeq < replica.Head);
            if (overtaken is not null) replica.Outbox.Remove(overtaken);
        },
    }, Promise.ExactlyOnce);

    [Fact]
    public void A_resume_that_is_off_by_one_is_seen() => AssertCaught(place => new ReplicaDevice(place, SkipOne), Promise.SeenStays, Promise.Convergent);

    private static void AssertCaught(Func<SimulatedPlace, ISimulatedDevice> device, params Promise[] promises)
    {
        var seen = new HashSet<Promise>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            if (Simulator.Run(seed, new SimulationOptions { Faults = Faults, Device = device }).Broken is not { } broken) continue;
            if (promises.Contains(broken.Promise)) return;
            seen.Add(broken.Promise);
        }
        Assert.Fail($"{Seeds} seeds do not see that {string.Join(" or ", promises)} is broken; what they see is {string.Join(", ", seen)}.");
    }

    private static LoadedStream SkipOne(LoadedStream loaded)
    {
        var head = loaded.State.Head;
        if (head.Value < 3) return loaded;
        return loaded with
        {
            State = loaded.State with { Head = head.Next },
            Records = RecordSet.Assemble(loaded.State.Settings, head.Next, [.. loaded.Records.Keys.Select(loaded.Records.WriteRecord)]),
        };
    }
}

using Runnel.Server.Homes;
using Runnel.Testing.Simulation;
using Runnel.Testing.Stores;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>
/// A simulator that finds nothing proves nothing: each of these worlds is like the others but for one mistake, and is caught with the
/// promise that it breaks. The control is <see cref="SimulationTests"/>, which keeps every promise over the same seeds.
/// </summary>
public sealed class PlantedBugTests
{
    [Fact]
    public void Acknowledging_before_the_commit_breaks_durability() =>
        AssertCaught(Promise.AcknowledgedIsDurable, () => new SimulationOptions
        {
            AroundHome = home => new PrematureHome(home, output => output is HomeOutput.Answer { Result: HomeAnswer.Published }),
        });

    [Fact]
    public void Showing_before_the_commit_breaks_what_readers_rely_on() =>
        AssertCaught(Promise.ReadersSeeDurableOnly, () => new SimulationOptions
        {
            AroundHome = home => new PrematureHome(home, output => output is HomeOutput.Show),
        });

    [Fact]
    public void Deduplication_outside_the_commit_breaks_exactly_once() =>
        AssertCaught(Promise.ExactlyOnce, () =>
        {
            var file = new KeepsClientsElsewhere.SideFile();
            return new SimulationOptions { OpenStore = disk => new KeepsClientsElsewhere(new InMemoryStreamStore(disk), file) };
        });

    [Fact]
    public void Deduplication_lost_at_restart_breaks_exactly_once() =>
        AssertCaught(Promise.ExactlyOnce, () => new SimulationOptions { OpenStore = disk => new ForgetsClientsAtRestart(new InMemoryStreamStore(disk)) });

    [Fact]
    public void Numbers_reused_after_a_failed_commit_are_seen() =>
        AssertCaught(Promise.NeverReused, () => new SimulationOptions { OpenStore = disk => new ReusesNumbers(disk) });

    /// <summary>Looks for the promise among the seeds that break with the bug, and prints how many seeds it took.</summary>
    private static void AssertCaught(Promise promise, Func<SimulationOptions> plant)
    {
        var others = new SortedDictionary<Promise, int>();
        for (var seed = SimulatedSeeds.First; seed < SimulatedSeeds.First + SimulatedSeeds.Count; seed++)
        {
            if (Simulator.Run(seed, plant()).Broken is not { } broken) continue;
            if (broken.Promise != promise)
            {
                others[broken.Promise] = others.GetValueOrDefault(broken.Promise) + 1;
                continue;
            }
            TestContext.Current.TestOutputHelper!.WriteLine($"Caught after {seed - SimulatedSeeds.First + 1} seeds: {broken}. Other promises that they broke: {string.Join(", ", others)}.");
            return;
        }
        Assert.Fail($"{SimulatedSeeds.Count} seeds do not see that {promise} is broken; what they see is {string.Join(", ", others)}.");
    }
}

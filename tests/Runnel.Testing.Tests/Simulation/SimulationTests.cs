using Runnel.Client;
using Runnel.Client.Connection;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;
using Runnel.Server.Sync;
using Runnel.Testing.Simulation;
using Runnel.Testing.Stores;
using Runnel.Testing.Tests.Simulation.PlantedBugs;
using Runnel.Tests;

namespace Runnel.Testing.Tests.Simulation;

public sealed class SimulationTests(SimulatedSeeds seeds) : IClassFixture<SimulatedSeeds>
{
    [Fact]
    public void Every_promise_is_kept()
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine(seeds.Report.Summary);
        foreach (var broken in seeds.Report.Broken) output.WriteLine($"Seed {broken.Seed}: {broken.Broken}");
        seeds.Report.ThrowIfBroken();
    }

    [Fact]
    public void Enough_is_done_for_the_promises_to_mean_something() => Assert.True(seeds.Report.Acknowledged > 30 * SimulatedSeeds.Count, $"Only {seeds.Report.Acknowledged} events were acknowledged.");

    [Fact]
    public void Every_fault_and_branch_is_come_by() => Assert.Empty(seeds.Report.Unreached);

    [Fact]
    public void The_product_itself_is_what_runs()
    {
        Type[] expected =
        [
            typeof(StreamHome), typeof(StreamFeed), typeof(Runnel.Server.Stores.StreamState), typeof(StreamAppend),
            typeof(HomeRequest.Publish), typeof(HomeRequest.Create), typeof(HomeRequest.Open),
            typeof(HomeInput.Committed), typeof(HomeInput.CommitFailed), typeof(HomeInput.Recalled),
            typeof(HomeOutput.Append), typeof(HomeOutput.Answer), typeof(HomeOutput.Show), typeof(HomeOutput.Recall), typeof(HomeOutput.Reload),
            typeof(HomeAnswer.Published), typeof(HomeAnswer.Refused), typeof(HomeAnswer.Ready), typeof(HomeAnswer.Opened),
            typeof(AppendResult.Appended),
            typeof(ClientMessage.Hello), typeof(ClientMessage.Subscribe), typeof(ClientMessage.Publish),
            typeof(ServerMessage.Welcome), typeof(ServerMessage.Subscribed), typeof(ServerMessage.Events), typeof(ServerMessage.Published), typeof(ServerMessage.Error),
            typeof(ServerMessage.Fetched), typeof(ClientMessage.Fetch), typeof(SyncConnection),
            typeof(RunnelClient), typeof(SyncedStream), typeof(StreamReplica), typeof(EventOutbox), typeof(Backoff),
            typeof(ReplicaOutput.TryLater), typeof(ReplicaOutput.AskForToken), typeof(ReplicaOutput.Superseded), typeof(ReplicaOutput.FoundCopy),
        ];

        Assert.Empty(expected.Except(seeds.Report.ProductTypes));
        Assert.Contains(seeds.Report.ProductTypes, type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(CommitGroup<>));
        Assert.True(seeds.Report.ProductTypes.Count > expected.Length);
        Assert.All(seeds.Report.ProductTypes, type => Assert.Contains(type.Assembly.GetName().Name, (string[])["Runnel", "Runnel.Server", "Runnel.Client"]));
    }

    [Fact]
    public void A_world_where_nobody_lives_keeps_every_promise()
    {
        // The shrinker comes by there.
        var scale = new SimulationScale { Streams = 1, Devices = 0, Authors = 0, HandAuthors = 0, Readers = 0 };
        for (var seed = SimulatedSeeds.First; seed < SimulatedSeeds.First + 50; seed++) Simulator.Run(seed, new SimulationOptions { Scale = scale }).ThrowIfBroken();
    }

    [Fact]
    public void A_seed_goes_the_same_way_every_time()
    {
        for (var seed = SimulatedSeeds.First; seed < SimulatedSeeds.First + Randomized.Runs(20); seed++)
        {
            var first = Simulator.Run(seed);
            var second = Simulator.Run(seed);

            Assert.Equal(first.TraceHash, second.TraceHash);
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.Reached, second.Reached);
            Assert.Equal((first.Steps, first.Acknowledged, first.VirtualTime), (second.Steps, second.Acknowledged, second.VirtualTime));
        }
    }

    [Fact]
    public void Seeds_go_different_ways() =>
        Assert.Equal(20, Enumerable.Range(1, 20).Select(seed => Simulator.Run(seed).TraceHash).Distinct().Count());

    [Fact]
    public void Without_faults_nothing_goes_wrong()
    {
        var report = Simulator.Run(1, new SimulationOptions { Faults = SimulatedFaults.None });

        report.ThrowIfBroken();
        Assert.True(report.Acknowledged > 0);
        Assert.Equal(0, report.Reached[Landmark.FrameLost] + report.Reached[Landmark.Restarted] + report.Reached[Landmark.RefusedInternal] + report.Reached[Landmark.RefusedGap]);
    }

    [Fact]
    public void A_broken_promise_is_reported_with_its_seed_and_the_end_of_the_trace()
    {
        var broken = Enumerable.Range(1, 200)
            .Select(seed => Simulator.Run(seed, new SimulationOptions { TraceLines = 20, OpenStore = disk => new ForgetsClientsAtRestart(new InMemoryStreamStore(disk)) }))
            .First(report => report.Broken is not null);

        var exception = Assert.Throws<BrokenPromiseException>(broken.ThrowIfBroken);

        Assert.Same(broken, exception.Report);
        Assert.Equal(20, broken.Trace.Count);
        Assert.StartsWith($"Seed {broken.Seed}: {broken.Broken!.Promise}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(broken.Trace[^1], exception.Message, StringComparison.Ordinal);
        Assert.Contains(broken.Trace, line => line.Contains("BROKEN", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_never_comes_to_rest_is_not_live()
    {
        var report = Simulator.Run(1, new SimulationOptions { MaxSteps = 50 });

        Assert.Equal(Promise.Live, report.Broken?.Promise);
    }

    [Fact]
    public void A_seed_that_breaks_a_promise_is_made_smaller()
    {
        SimulationOptions options = new() { OpenStore = disk => new ForgetsClientsAtRestart(new InMemoryStreamStore(disk)) };
        var broken = Enumerable.Range(1, 200).Select(seed => Simulator.Run(seed, options)).First(report => report.Broken?.Promise == Promise.ExactlyOnce);

        var shrunk = SimulationShrinker.Shrink(broken, options);

        Assert.Equal(Promise.ExactlyOnce, Simulator.Run(broken.Seed, shrunk.Options).Broken?.Promise);
        Assert.True(shrunk.Report.Steps <= broken.Steps);
        Assert.True(int.PopCount((int)shrunk.Options.Faults) < int.PopCount((int)broken.Faults), $"{broken.Faults} became {shrunk.Options.Faults}");
        Assert.NotEqual(new SimulationScale(), shrunk.Options.Scale);
    }

    [Fact]
    public void What_keeps_every_promise_cannot_be_made_smaller() =>
        Assert.Throws<ArgumentException>(() => SimulationShrinker.Shrink(Simulator.Run(1, new SimulationOptions { Faults = SimulatedFaults.None }), new SimulationOptions()));

    [Fact]
    public void A_world_can_be_kept_small()
    {
        var report = Simulator.Run(1, new SimulationOptions { Faults = SimulatedFaults.None, Scale = new SimulationScale { Authors = 0, HandAuthors = 0, Readers = 0, Devices = 1, Streams = 1 } });

        report.ThrowIfBroken();
        Assert.Equal(0, report.Reached[Landmark.HandAcknowledged]);
        Assert.True(report.Reached[Landmark.DeviceEditStored] > 0);
    }

    [Fact]
    public void A_store_that_waits_for_another_thread_is_refused()
    {
        var options = new SimulationOptions { OpenStore = disk => new SlowStore(new InMemoryStreamStore(disk)) };

        var exception = Assert.Throws<InvalidOperationException>(() => Simulator.Run(1, options));

        Assert.Contains("completes its calls before they return", exception.Message, StringComparison.Ordinal);
    }

    private sealed class SlowStore(IStreamStore inner) : StoreDecorator(inner)
    {
        public override async ValueTask<Runnel.Server.Stores.StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return null;
        }
    }
}

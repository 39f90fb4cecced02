using Runnel.Testing.Conformance;

namespace Runnel.Conformance.Tests.Mutants;

/// <summary>The suite is worth something only if it finds what is wrong: here are servers that are.</summary>
public sealed class MutantTests(MutantTests.RightServer right, ITestOutputHelper output) : IClassFixture<MutantTests.RightServer>
{
    // A thousand streams each time find nothing that fewer do not.
    private const string Long = "subscribe-too-many";

    // What a mutant swallows never comes, so that waiting for it is vain.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Names => new(WrongServers.All.Select(mutant => mutant.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_wrong_server_is_caught(string name)
    {
        var mutant = WrongServers.All.Single(one => one.Name == name);

        var failed = await PlayAsync(mutant, ConformanceSuite.Load().Where(one => mutant.Topics.Contains(one.Topic)), Patience);

        output.WriteLine($"A server that {name} is caught by {failed.Count} cases: {string.Join(", ", failed.Select(result => result.Case.Name))}");
        Assert.Empty(mutant.CaughtBy.Except(failed.Select(result => result.Case.Name)));
    }

    [Fact]
    public async Task A_server_that_changes_nothing_passes()
    {
        var mutant = new Mutant("changes nothing") { Topics = [], CaughtBy = [], Http = (request, forward) => forward(request.Json is { } json ? request.With(json) : request), ClientSays = (message, _) => [message], ServerSays = (message, _) => [message] };

        var topics = WrongServers.All.SelectMany(wrong => wrong.Topics).ToHashSet();

        var failed = await PlayAsync(mutant, ConformanceSuite.Load().Where(one => topics.Contains(one.Topic)), PatienceOf.Tests);

        foreach (var result in failed) output.WriteLine($"{result.Case.Name}: {result.Message}");
        Assert.Empty(failed.Select(result => result.Case.Name));
    }

    private async Task<IReadOnlyList<ConformanceResult>> PlayAsync(Mutant mutant, IEnumerable<ConformanceCase> cases, TimeSpan patience)
    {
        await using var server = await MutantServer.StartAsync(mutant, right.Address);
        using var runner = new ConformanceRunner(server.Address, patience);
        var results = await runner.RunAsync([.. cases.Where(one => one.Name != Long)], 8, null, TestContext.Current.CancellationToken);
        return [.. results.Where(result => result.Outcome == ConformanceOutcome.Failed)];
    }

    /// <summary>The right server behind all the wrong ones.</summary>
    public sealed class RightServer : IAsyncLifetime
    {
        private PlayedServer? _server;

        public Uri Address => _server!.Address;

        public async ValueTask InitializeAsync() => _server = await PlayedServer.StartAsync();

        public ValueTask DisposeAsync() => _server!.DisposeAsync();
    }
}

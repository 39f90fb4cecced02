using Microsoft.Extensions.DependencyInjection;
using Runnel.Testing.Conformance;

namespace Runnel.Conformance.Tests;

/// <summary>Our own server does what the protocol says.</summary>
public sealed class SuiteTests(ITestOutputHelper output)
{
    // What this version answers not_supported, as PROTOCOL.md says.
    private static readonly string[] NotYet = ["cbor", "chain", "filter", "snapshot"];

    [Fact]
    public async Task Our_server_passes_every_case()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await PlayedServer.StartAsync(runnel => runnel.UseSqlite(directory.Path));

        var results = await PlayAsync(server, ConformanceSuite.Load().Where(one => !one.IsSlow), PatienceOf.Tests);

        Assert.Empty(results.Where(result => result.Outcome == ConformanceOutcome.Failed).Select(result => result.Case.Name));
        Assert.Equal(NotYet, results.Where(result => result.Outcome == ConformanceOutcome.NotSupported).Select(result => result.Case.Capability).Distinct().Order());
    }

    [Fact]
    public async Task It_passes_the_slow_cases_too_where_its_timeouts_are_short()
    {
        await using var server = await PlayedServer.StartAsync(configure: options => options.Sync.HelloTimeout = TimeSpan.FromSeconds(1));

        var results = await PlayAsync(server, ConformanceSuite.Load().Where(one => one.IsSlow), PatienceOf.Tests);

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.Equal(ConformanceOutcome.Passed, result.Outcome));
    }

    [Fact]
    public async Task A_server_that_is_none_fails_in_every_case()
    {
        using var nothing = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nothing.Start();
        var address = new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)nothing.LocalEndpoint).Port}");
        nothing.Stop();
        using var runner = new ConformanceRunner(address, PatienceOf.Tests);

        var results = await runner.RunAsync(ConformanceSuite.Load(), 8, null, TestContext.Current.CancellationToken);

        Assert.All(results, result => Assert.Equal(ConformanceOutcome.Failed, result.Outcome));
    }

    [Fact]
    public void Every_case_has_a_name_that_can_be_typed_and_a_sentence() => Assert.All(ConformanceSuite.Load(), one =>
    {
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", one.Name);
        Assert.Matches("^.+[.]$", one.Says);
        Assert.NotEmpty(one.Steps);
    });

    private async Task<IReadOnlyList<ConformanceResult>> PlayAsync(PlayedServer server, IEnumerable<ConformanceCase> cases, TimeSpan patience)
    {
        using var runner = new ConformanceRunner(server.Address, patience);
        var results = await runner.RunAsync([.. cases], 4, null, TestContext.Current.CancellationToken);
        foreach (var failed in results.Where(result => result.Outcome == ConformanceOutcome.Failed))
        {
            output.WriteLine($"{failed.Case.Name}: {failed.Case.Says}\n  {failed.Message}\n    {string.Join("\n    ", failed.Transcript.TakeLast(12))}");
        }
        return results;
    }
}

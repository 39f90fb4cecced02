using System.Text.Json;

namespace Runnel.Cli.Tests;

public sealed class ConformanceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _url = shared.Server.Url;

    [Fact]
    public async Task Cases_are_played_against_a_server()
    {
        var output = (await Cli.RunAsync(null, "conformance", _url, "--filter", "import")).AssertDone();

        Assert.Matches("^import +8 passed +0 failed +0 not supported\nall +8 passed", output);
    }

    [Fact]
    public async Task What_a_server_lacks_is_said_and_is_no_failure()
    {
        var output = (await Cli.RunAsync(null, "conformance", _url, "--filter", "snapshot", "--json")).AssertDone();

        var report = JsonElement.Parse(output);
        Assert.Equal((0, 0), (report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32()));
        Assert.Equal(["snapshot", "snapshot"], report.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("capability").GetString()));
        Assert.All(report.GetProperty("cases").EnumerateArray(), one => Assert.Equal("not supported", one.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_rule_that_is_broken_is_shown_with_what_was_said()
    {
        using var folder = new TemporaryDirectory();
        folder.Write("own.json", """{"about":"","cases":[{"name":"never","says":"Streams begin at 7.","steps":[{"http":"PUT /v1/streams/${stream}","expect":{"status":201,"body":{"head":7}}}]}]}""");

        var result = await Cli.RunAsync(null, "conformance", _url, "--cases", folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("FAILED  own/never: Streams begin at 7.\n  step 1 (http): body.head is 0; expected 7\n    > PUT /v1/streams/conformance:", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("0 passed     1 failed     0 not supported\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_played_is_said_in_a_line()
    {
        using var folder = new TemporaryDirectory();
        folder.Write("own.json", "{}");

        Assert.Contains("own.json does not hold cases", (await Cli.RunAsync(null, "conformance", _url, "--cases", folder.Path)).AssertFailed(2), StringComparison.Ordinal);
        Assert.Contains("contains \"xyzzy\"", (await Cli.RunAsync(null, "conformance", _url, "--filter", "xyzzy")).AssertFailed(2), StringComparison.Ordinal);
        Assert.Contains("No server answers", (await Cli.RunAsync(null, "conformance", "http://127.0.0.1:1")).AssertFailed(3), StringComparison.Ordinal);
    }
}

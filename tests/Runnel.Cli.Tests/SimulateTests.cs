using System.Text.Json;

namespace Runnel.Cli.Tests;

public sealed class SimulateTests
{
    [Fact]
    public async Task Worlds_are_run_and_what_they_came_by_is_shown()
    {
        var output = (await Cli.RunAsync(null, "simulate", "--seeds", "3", "--seed", "7", "--jobs", "1")).AssertDone();

        Assert.Matches("^3 seeds in [0-9.]+ s: [0-9]+ seeds/s, virtual ÷ real time [0-9]+, [0-9]+ steps and [0-9]+ acknowledged events a seed.\n  FrameLost ", output);
        Assert.EndsWith("All promises were kept.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seeds_do_the_same_in_another_process()
    {
        var reports = new List<JsonElement>();
        for (var i = 0; i < 2; i++) reports.Add(JsonElement.Parse((await Cli.RunAsync(null, "simulate", "--seeds", "5", "--json")).AssertDone()));

        Assert.Equal(5, reports[0].GetProperty("seeds").GetInt32());
        Assert.Equal(reports[0].GetProperty("steps").GetInt64(), reports[1].GetProperty("steps").GetInt64());
        Assert.Equal(reports[0].GetProperty("reached").ToString(), reports[1].GetProperty("reached").ToString());
    }

    [Fact]
    public async Task Faults_can_be_left_out()   // with all that makes a server start again: a failed disk, another clock
    {
        var report = JsonElement.Parse((await Cli.RunAsync(null, "simulate", "--seeds", "5", "--without", "Loss,Crashes,FailedCommits,FullDisk,FailedReads,WrongClocks", "--json")).AssertDone());

        Assert.Equal(0, report.GetProperty("reached").GetProperty("frameLost").GetInt64());
        Assert.Equal(0, report.GetProperty("reached").GetProperty("crashedIdle").GetInt64());
    }

    [Theory]
    [InlineData("--seeds", "0")]
    [InlineData("--jobs", "-1")]
    [InlineData("--without", "Everything")]
    public async Task What_cannot_be_done_is_refused(string option, string value)
    {
        var result = await Cli.RunAsync(null, "simulate", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }
}

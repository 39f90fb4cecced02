using Notes;
using Runnel.Records;
using Runnel.Testing.Simulation;
using Runnel.Testing.Simulation.Apps;
using Runnel.Tests;

namespace Runnel.Samples.Tests;

public sealed class NotesSimulationTests
{
    private static readonly int Seeds = Randomized.Runs(100);

    [Fact]
    public async Task No_line_gets_lost_whatever_goes_wrong()
    {
        var report = await AppSimulation.RunAsync(Seeds, () => new NotesApp(Note.Join), cancellationToken: TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper!.WriteLine(report.Summary);
        Assert.True(report.Acknowledged > 10 * Seeds);
    }

    [Fact]
    public async Task Where_texts_stand_side_by_side_no_line_gets_lost_either()
    {
        var keepAll = new CollectionSettings(ConcurrentDelete.DeleteWins, new Dictionary<FieldName, FieldMerge> { [FieldName.Parse("text")] = FieldMerge.KeepAll });
        var settings = new StreamSettings(StreamOrder.Causal, [new(CollectionName.Parse("note"), keepAll)]);

        await AppSimulation.RunAsync(Seeds, () => new NotesApp(Note.Join, settings), cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_rule_that_keeps_one_text_only_is_found_out()
    {
        var exception = await Assert.ThrowsAsync<BrokenPromiseException>(
            () => AppSimulation.RunAsync(Seeds, () => new NotesApp((mine, _) => mine), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(Promise.AppInvariant, exception.Report.Broken!.Promise);
        Assert.Contains("Nobody can read", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith($"Seed {exception.Report.Seed}: AppInvariant", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_that_failed_fails_again()
    {
        var first = await Assert.ThrowsAsync<BrokenPromiseException>(
            () => AppSimulation.RunAsync(Seeds, () => new NotesApp((mine, _) => mine), cancellationToken: TestContext.Current.CancellationToken));

        var again = await Assert.ThrowsAsync<BrokenPromiseException>(
            () => AppSimulation.RunAsync(1, () => new NotesApp((mine, _) => mine), first.Report.Seed, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(first.Report.TraceHash, again.Report.TraceHash);
    }
}

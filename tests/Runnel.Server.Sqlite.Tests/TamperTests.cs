using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>Rows taken away, put elsewhere or changed: found at open, and named.</summary>
public sealed class TamperTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DELETE FROM commits WHERE number = 4", JournalFaultKind.Number, 4, "commit 4 is missing: commit 5 follows commit 3")]
    [InlineData("DELETE FROM commits WHERE number = 0", JournalFaultKind.Number, 0, "commit 0 is missing")]
    [InlineData("DELETE FROM commits WHERE number > 8", JournalFaultKind.EndsEarly, 8, "ends with commit 8, but commit 10 had been synced")]
    [InlineData("DELETE FROM commits", JournalFaultKind.Number, 0, "commit 0 is missing")]
    [InlineData("UPDATE commits SET number = 12 WHERE number = 10", JournalFaultKind.Number, 10, "commit 10 is missing: commit 12 follows commit 9")]
    [InlineData("UPDATE commits SET number = -1 WHERE number = 0", JournalFaultKind.Number, 0, "commit 0 is missing: commit -1")]
    [InlineData(SwapRows, JournalFaultKind.Chain, 4, "commit 4 is not what was written there")]
    [InlineData("UPDATE commits SET (chain, directory, events) = (SELECT chain, directory, events FROM commits WHERE number = 5) WHERE number = 6", JournalFaultKind.Chain, 6, "commit 6 is not what was written there")]
    [InlineData("UPDATE commits SET chain = zeroblob(32) WHERE number = 7", JournalFaultKind.Chain, 7, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("UPDATE commits SET chain = x'' WHERE number = 7", JournalFaultKind.Chain, 7, "commit 7 is not what was written there")]
    [InlineData("UPDATE commits SET directory = CAST(directory || x'00' AS BLOB) WHERE number = 7", JournalFaultKind.Chain, 7, "commit 7 is not what was written there")]
    [InlineData("UPDATE commits SET directory = x'' WHERE number = 0", JournalFaultKind.Chain, 0, "commit 0 is not what was written there")]
    [InlineData("UPDATE commits SET events = substr(events, 1, 100) WHERE number = 7", JournalFaultKind.Directory, 7, "and the commit has 100")]
    [InlineData("UPDATE commits SET events = events || x'00' WHERE number = 7", JournalFaultKind.Directory, 7, "commit 7 cannot be understood")]
    [InlineData("INSERT INTO commits SELECT 11, chain, directory, events FROM commits WHERE number = 10", JournalFaultKind.Chain, 11, "commit 11 is not what was written there")]
    public async Task A_row_that_is_not_as_written_is_named(string sql, JournalFaultKind kind, long commit, string expected)
    {
        using var sample = await JournalSample.CreateAsync();
        sample.Tamper(sql);
        var before = await File.ReadAllBytesAsync(sample.Directory.File("journal.db"), Cancellation);

        var fault = await sample.AssertRefusedAsync();
        var report = sample.Verify();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal((kind, commit, fault.Message), (report.Fault!.Kind, report.Fault.Commit, report.Fault.Message));
        Assert.Equal(before, await File.ReadAllBytesAsync(sample.Directory.File("journal.db"), Cancellation));
    }

    [Fact]
    public async Task Events_put_in_the_place_of_others_are_not_served()
    {
        using var sample = await JournalSample.CreateAsync();
        sample.Tamper("UPDATE commits SET events = zeroblob(length(events)) WHERE number = 6");

        await using (var store = await sample.OpenAsync())
        {
            foreach (var stream in sample.Streams)
            {
                var fault = await Assert.ThrowsAsync<StreamStoreException>(() => SampleStream.ReadAllAsync(store, stream.Name, Seq.None, Cancellation));
                Assert.Equal((StoreFault.Damaged, stream.Name), (fault.Fault, fault.Stream));
            }
        }
        var report = sample.Verify();
        Assert.Equal((JournalFaultKind.Events, 6L, sample.Streams[0].Name), (report.Fault!.Kind, report.Fault.Commit, report.Fault.Stream));
        Assert.Equal(6, report.Commits - 1);
    }

    [Fact]
    public async Task An_untouched_journal_is_whole()
    {
        using var sample = await JournalSample.CreateAsync();

        var report = sample.Verify();

        Assert.Null(report.Fault);
        Assert.Equal(JournalSample.Last + 1, report.Commits);
        Assert.Equal(3, report.Streams);
        Assert.Equal(sample.Streams.Sum(stream => stream.Head.Value), report.Events);
        Assert.True(report.Bytes > sample.Streams.Sum(stream => stream.Events.Sum(stored => stored.Json.Length)));
    }

    private const string SwapRows = """
        CREATE TEMP TABLE swapped AS SELECT * FROM commits WHERE number IN (4, 5);
        UPDATE commits SET (chain, directory, events) = (SELECT chain, directory, events FROM swapped WHERE swapped.number = 9 - commits.number) WHERE number IN (4, 5);
        """;
}

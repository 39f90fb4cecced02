using Microsoft.Extensions.Time.Testing;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>The mark of the last synced commit: how late it is, and what it finds.</summary>
public sealed class EarlyEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(50)]
    [InlineData(99)]
    public async Task A_write_ahead_log_that_lost_its_end_is_found(int percentLeft)
    {
        using var sample = await JournalSample.CreateCrashedAsync();
        var log = sample.Directory.File("journal.db-wal");
        await using (var file = new FileStream(log, FileMode.Open)) file.SetLength(file.Length * percentLeft / 100);

        var report = sample.Verify();
        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("commit 10 had been synced", fault.Message, StringComparison.Ordinal);
        Assert.Equal(JournalFaultKind.EndsEarly, report.Fault!.Kind);
        Assert.Equal(fault.Message, report.Fault.Message);
    }

    [Fact]
    public async Task A_write_ahead_log_that_is_gone_is_found()
    {
        using var sample = await JournalSample.CreateCrashedAsync();
        File.Delete(sample.Directory.File("journal.db-wal"));

        Assert.Contains("ends early", (await sample.AssertRefusedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verification_leaves_what_a_crash_left()
    {
        using var sample = await JournalSample.CreateCrashedAsync();
        var log = await File.ReadAllBytesAsync(sample.Directory.File("journal.db-wal"), Cancellation);

        var report = sample.Verify();

        Assert.Equal((JournalSample.Last + 1, null), (report.Commits, report.Fault));
        Assert.Equal(log, await File.ReadAllBytesAsync(sample.Directory.File("journal.db-wal"), Cancellation));
        await using var store = await sample.OpenAsync();
        foreach (var stream in sample.Streams) await stream.AssertHeldByAsync(store, Cancellation);
    }

    [Fact]
    public async Task The_mark_follows_within_a_second_and_at_close_at_once()
    {
        using var sample = await JournalSample.CreateAsync();
        var time = new FakeTimeProvider();
        var mark = sample.Directory.File("journal.synced");
        await using (var store = await sample.OpenAsync(time))
        {
            Assert.StartsWith("runnel-synced-1 10 ", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);
            await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);
            time.Advance(TimeSpan.FromSeconds(0.6));
            await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);
            Assert.StartsWith("runnel-synced-1 10 ", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);

            time.Advance(TimeSpan.FromSeconds(0.4));
            Assert.StartsWith("runnel-synced-1 12 ", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);

            await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.StartsWith("runnel-synced-1 13 ", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);
            await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);
        }
        Assert.StartsWith("runnel-synced-1 14 ", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_mark_is_no_fault_and_a_missing_one_neither()
    {
        using var sample = await JournalSample.CreateAsync();
        var mark = await File.ReadAllBytesAsync(sample.Directory.File("journal.synced"), Cancellation);
        await using (var store = await sample.OpenAsync()) await store.CommitAsync([sample.Beta.Take(sample.Beta.Append(1))], Cancellation);

        await File.WriteAllBytesAsync(sample.Directory.File("journal.synced"), mark, Cancellation);
        await using (var store = await sample.OpenAsync()) await sample.Beta.AssertHeldByAsync(store, Cancellation);

        File.Delete(sample.Directory.File("journal.synced"));
        await using (var store = await sample.OpenAsync()) await sample.Beta.AssertHeldByAsync(store, Cancellation);
        Assert.True(File.Exists(sample.Directory.File("journal.synced")));
    }

    [Fact]
    public async Task Another_journals_mark_is_found()
    {
        using var sample = await JournalSample.CreateAsync();
        using var other = await JournalSample.CreateAsync();
        File.Copy(other.Directory.File("journal.synced"), sample.Directory.File("journal.synced"), overwrite: true);

        var fault = await sample.AssertRefusedAsync();

        Assert.Equal(StoreFault.Damaged, fault.Fault);
        Assert.Contains("commit 10 is not the one that was synced", fault.Message, StringComparison.Ordinal);
    }
}

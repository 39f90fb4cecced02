using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>What this store promises of commits beyond the specification.</summary>
public sealed class CommitTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Clients_numbers_that_do_not_follow_are_a_mistake_of_the_caller()
    {
        var todo = new SampleStream("todo");
        await using var store = await OpenAsync();
        await store.CommitAsync([todo.Take(todo.Create(2))], Cancellation);
        var good = todo.Append(2);
        var run = good.Runs[0];
        StreamAppend[] mistakes = [
            good with { Runs = [] },
            good with { Runs = [run with { Count = 1 }] },
            good with { Runs = [run with { FirstClientSeq = 4, After = run.After with { LastClientSeq = 5 } }] },
            good with { Runs = [run with { FirstClientSeq = 2, After = run.After with { LastClientSeq = 3 } }] },
            good with { Runs = [run with { After = run.After with { LastClientSeq = 7 } }] },
            good with { Runs = [run with { Client = ClientId.Parse("newcomer") }] },
            good with { Runs = [run with { After = run.After with { Session = -1 } }] },
        ];

        foreach (var mistake in mistakes) await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.CommitAsync([mistake], Cancellation));

        await todo.AssertHeldByAsync(store, Cancellation);
        await store.CommitAsync([todo.Take(good)], Cancellation);
        await todo.AssertHeldByAsync(store, Cancellation);
    }

    [Theory]
    [InlineData(60, 100, 10_000)]
    [InlineData(2_400, 1, 10)]
    public async Task The_write_ahead_log_stays_small_while_the_journal_grows(int commits, int events, int padding)
    {
        var todo = new SampleStream("todo");
        await using var store = await OpenAsync();
        await store.CommitAsync([todo.Take(todo.Create())], Cancellation);
        var largest = 0L;
        for (var i = 0; i < commits; i++)
        {
            await store.CommitAsync([todo.Take(todo.Append(events, padding: padding))], Cancellation);
            if (i % 20 == 0) largest = Math.Max(largest, new FileInfo(_directory.File("journal.db-wal")).Length);
        }

        Assert.InRange(largest, 10_000_000, 20_000_000);
    }

    [Fact]
    public async Task A_group_of_stale_appends_costs_no_commit()
    {
        var todo = new SampleStream("todo");
        await using (var store = await OpenAsync())
        {
            await store.CommitAsync([todo.Take(todo.Create(1))], Cancellation);
            for (var i = 0; i < 5; i++) await store.CommitAsync([new SampleStream("todo").Append(1)], Cancellation);
        }
        Assert.Equal(2, JournalVerifier.Verify(_directory.Path, Cancellation).Commits);
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var todo = new SampleStream("todo");
        var store = await OpenAsync();
        await store.CommitAsync([todo.Take(todo.Create(1))], Cancellation);
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.CommitAsync([todo.Append(1)], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.LoadAsync(todo.Name, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SampleStream.ReadAllAsync(store, todo.Name, Seq.None, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.FindAsync(todo.Name, ClientId.Parse("ada"), 1, 1, Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.ListAsync("", "", 1, Cancellation));
    }

    [Fact]
    public async Task A_closed_store_leaves_three_files()
    {
        await (await OpenAsync()).DisposeAsync();

        Assert.Equal(["journal.db", "journal.lock", "journal.synced"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order());
    }

    private async Task<SqliteStreamStore> OpenAsync() =>
        await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = _directory.Path }, Cancellation);
}

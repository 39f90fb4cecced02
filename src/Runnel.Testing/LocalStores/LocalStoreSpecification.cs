using System.Text;
using Runnel.Client.LocalStore;

namespace Runnel.Testing.LocalStores;

/// <summary>
/// What every <see cref="ILocalStore"/> promises, as tests. A provider's own test class derives from it and only says where a store
/// is, and what a crash leaves of it.
/// </summary>
public abstract class LocalStoreSpecification
{
    private const string Todo = "todo:home";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store of this test, at first empty; the same each time.</summary>
    protected abstract ILocalStoreSource Source { get; }

    /// <summary>What is left, for another process to open, if the one that has the store ends right now.</summary>
    protected abstract ILocalStoreSource AfterCrash();

    /// <summary>
    /// Commits <paramref name="writes"/> to the open <paramref name="store"/>, and gives what is left if the process ends at each of the
    /// moments of the commit that this provider has.
    /// </summary>
    protected abstract IAsyncEnumerable<ILocalStoreSource> CrashPointsAsync(ILocalStore store, IReadOnlyList<LocalWrite> writes);

    /// <summary>An empty store has no rows.</summary>
    [Fact]
    public async Task An_empty_store_has_no_rows()
    {
        await using var store = await Source.OpenAsync(Cancellation);

        foreach (var kind in Enum.GetValues<LocalKind>()) Assert.Empty(await ReadAsync(store, kind, ""));
    }

    /// <summary>Rows are read back sorted, and only those asked for.</summary>
    [Fact]
    public async Task Rows_come_back_sorted_by_name_and_only_those_of_the_kind_and_stream()
    {
        await using var store = await Source.OpenAsync(Cancellation);
        string[] names = ["b", "a", "ä", "\U0001F95B", "\uFFFD", "", "aa", "B"];
        await store.CommitAsync(
            [.. names.Select(name => Put(LocalKind.Record, Todo, name, name)), Put(LocalKind.Record, "todo", "a", "other stream"), Put(LocalKind.Pending, Todo, "a", "other kind")], Cancellation);

        var rows = await ReadAsync(store, LocalKind.Record, Todo);

        Assert.Equal(["", "B", "a", "aa", "b", "ä", "\uFFFD", "\U0001F95B"], rows.Select(row => row.Name));
        Assert.All(rows, row => Assert.Equal(row.Name, row.Value));
    }

    /// <summary>A row can be replaced and removed.</summary>
    [Fact]
    public async Task A_row_is_replaced_and_removed_and_the_last_write_of_a_commit_wins()
    {
        await using var store = await Source.OpenAsync(Cancellation);
        await store.CommitAsync([Put(LocalKind.Record, Todo, "kept", "1"), Put(LocalKind.Record, Todo, "removed", "1"), Put(LocalKind.Record, Todo, "back", "1")], Cancellation);

        await store.CommitAsync(
            [
                Put(LocalKind.Record, Todo, "kept", "2"), Put(LocalKind.Record, Todo, "kept", "3"), Remove(LocalKind.Record, Todo, "removed"),
                Remove(LocalKind.Record, Todo, "back"), Put(LocalKind.Record, Todo, "back", "2"), Remove(LocalKind.Record, Todo, "never there"),
            ],
            Cancellation);

        Assert.Equal([("back", "2"), ("kept", "3")], await ReadAsync(store, LocalKind.Record, Todo));
    }

    /// <summary>Values of any size and content come back.</summary>
    [Fact]
    public async Task Values_of_any_bytes_come_back()
    {
        byte[][] values = [[], [0], [.. Enumerable.Range(0, 256).Select(i => (byte)i)], new byte[1 << 20]];
        await using (var store = await Source.OpenAsync(Cancellation))
        {
            await store.CommitAsync([.. values.Select((value, i) => new LocalWrite(new LocalKey(LocalKind.Record, Todo, $"{i}"), value))], Cancellation);
        }

        await using var again = await Source.OpenAsync(Cancellation);
        var rows = new List<byte[]>();
        await foreach (var row in again.ReadAsync(LocalKind.Record, Todo, Cancellation)) rows.Add(row.Value.ToArray());
        Assert.Equal(values, rows);
    }

    /// <summary>What was committed is there when the store is opened again.</summary>
    [Fact]
    public async Task What_was_committed_is_there_after_reopening()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var store = await Source.OpenAsync(Cancellation);
            Assert.Equal(i, (await ReadAsync(store, LocalKind.Pending, Todo)).Count);
            await store.CommitAsync([Put(LocalKind.Pending, Todo, $"{i}", "edit")], Cancellation);
        }
    }

    /// <summary>What was committed survives the end of the process.</summary>
    [Fact]
    public async Task What_was_committed_survives_a_crash()
    {
        await using var store = await Source.OpenAsync(Cancellation);
        for (var i = 0; i < 20; i++)
        {
            await store.CommitAsync([Put(LocalKind.Pending, Todo, $"{i:D2}", "edit")], Cancellation);

            await using var left = await AfterCrash().OpenAsync(Cancellation);

            Assert.Equal(i + 1, (await ReadAsync(left, LocalKind.Pending, Todo)).Count);
        }
    }

    /// <summary>A commit is never half there.</summary>
    [Fact]
    public async Task A_crash_in_a_commit_leaves_all_of_it_or_nothing()
    {
        await using var store = await Source.OpenAsync(Cancellation);
        await store.CommitAsync([Put(LocalKind.Stream, "", Todo, "0"), Put(LocalKind.Pending, Todo, "1", "edit"), Put(LocalKind.Pending, Todo, "2", "edit")], Cancellation);
        List<(string, string)> before = [("1", "edit"), ("2", "edit")], after = [("2", "edit"), ("3", new string('x', 10_000))];
        var outcomes = new HashSet<bool>();
        LocalWrite[] writes =
            [Remove(LocalKind.Pending, Todo, "1"), Put(LocalKind.Pending, Todo, "3", new string('x', 10_000)), Put(LocalKind.Record, Todo, "a", "confirmed"), Put(LocalKind.Stream, "", Todo, "1")];

        await foreach (var crashed in CrashPointsAsync(store, writes))
        {
            await using var left = await crashed.OpenAsync(Cancellation);

            var isDone = await ReadAsync(left, LocalKind.Stream, "") is [(Todo, "1")];
            outcomes.Add(isDone);
            Assert.Equal(isDone ? after : before, await ReadAsync(left, LocalKind.Pending, Todo));
            Assert.Equal(isDone ? 1 : 0, (await ReadAsync(left, LocalKind.Record, Todo)).Count);
            await left.CommitAsync([Put(LocalKind.Client, "", "", "goes on")], Cancellation);
        }
        Assert.Equal(2, outcomes.Count);   // else the crash points are not where they should be
    }

    /// <summary>One process has the store at a time.</summary>
    [Fact]
    public async Task Who_opens_a_store_that_another_has_waits_until_it_is_closed()
    {
        var first = await Source.OpenAsync(Cancellation);
        var second = Source.OpenAsync(Cancellation).AsTask();
        using (var giveUp = new CancellationTokenSource())
        {
            var third = Source.OpenAsync(giveUp.Token).AsTask();
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        }
        await first.CommitAsync([Put(LocalKind.Client, "", "", "first")], Cancellation);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await using var store = await second.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.Equal([("", "first")], await ReadAsync(store, LocalKind.Client, ""));
    }

    /// <summary>Rows may be read while others are committed.</summary>
    [Fact]
    public async Task A_read_is_as_of_one_moment()
    {
        await using var store = await Source.OpenAsync(Cancellation);
        await store.CommitAsync([Put(LocalKind.Record, Todo, "a", "0"), Put(LocalKind.Record, Todo, "b", "0")], Cancellation);
        var writing = WriteAsync();

        do
        {
            var rows = await ReadAsync(store, LocalKind.Record, Todo);
            Assert.Equal(rows[0].Value, rows[1].Value);
        }
        while (!writing.IsCompleted);

        await writing;

        async Task WriteAsync()
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);   // beside the reads, not before them
            for (var i = 1; i <= 100; i++) await store.CommitAsync([Put(LocalKind.Record, Todo, "a", $"{i}"), Put(LocalKind.Record, Todo, "b", $"{i}")], Cancellation);
        }
    }

    private static LocalWrite Put(LocalKind kind, string stream, string name, string value) => new(new LocalKey(kind, stream, name), Encoding.UTF8.GetBytes(value));

    private static LocalWrite Remove(LocalKind kind, string stream, string name) => new(new LocalKey(kind, stream, name), null);

    private static async Task<List<(string Name, string Value)>> ReadAsync(ILocalStore store, LocalKind kind, string stream)
    {
        var rows = new List<(string, string)>();
        await foreach (var row in store.ReadAsync(kind, stream, Cancellation)) rows.Add((row.Name, Encoding.UTF8.GetString(row.Value.Span)));
        return rows;
    }
}

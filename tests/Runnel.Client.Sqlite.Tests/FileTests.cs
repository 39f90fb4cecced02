using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;
using Runnel.Tests;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>Files that are no store of this version's are refused, with the reason, and left as they are.</summary>
public sealed class FileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_kept()
    {
        var path = _directory.File("store.db");
        await using (var store = await SqliteReplica.At(path).OpenAsync(Cancellation)) await store.CommitAsync([Edit], Cancellation);
        Execute(path, "PRAGMA user_version = 3");

        Assert.Contains("newer version", await RefusedAsync(path), StringComparison.Ordinal);

        Execute(path, "PRAGMA user_version = 2");
        await using var again = await SqliteReplica.At(path).OpenAsync(Cancellation);
        Assert.Equal(1, await CountAsync(again));
    }

    [Fact]
    public async Task A_row_that_is_not_what_was_written_is_named_and_never_served()
    {
        var path = _directory.File("store.db");
        await using (var store = await SqliteReplica.At(path).OpenAsync(Cancellation)) await store.CommitAsync([Edit, BigEdit(2)], Cancellation);
        Execute(path, "UPDATE rows SET value = CAST('edjt' AS BLOB) WHERE name = '1'");

        Assert.Contains("\"1\"", await RefusedAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        var path = _directory.File("other.db");
        Execute(path, "CREATE TABLE accounts(id INTEGER); PRAGMA user_version = 7");
        var before = await File.ReadAllBytesAsync(path, Cancellation);

        Assert.Contains("no local store", await RefusedAsync(path), StringComparison.Ordinal);

        Assert.Equal(before, await File.ReadAllBytesAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var path = _directory.File("letter.txt");
        await File.WriteAllTextAsync(path, new string('x', 5_000), Cancellation);

        Assert.Contains(path, await RefusedAsync(path), StringComparison.Ordinal);

        Assert.Equal(new string('x', 5_000), await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_said() => Assert.Contains("nowhere", await RefusedAsync(_directory.File("nowhere/store.db")), StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_can_only_be_read_is_said()
    {
        using var mount = Mount.ReadOnly(_directory.Path);

        Assert.Contains(mount.Path, await RefusedAsync(Path.Combine(mount.Path, "store.db")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_another_program_has_locked_is_written_later()
    {
        var path = _directory.File("store.db");
        await using var store = await SqliteReplica.At(path).OpenAsync(Cancellation);
        using (var other = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            other.Open();
            using var transaction = other.BeginTransaction();
            using var command = other.CreateCommand();
            command.CommandText = "DELETE FROM rows";
            command.ExecuteNonQuery();

            await Assert.ThrowsAsync<LocalStoreException>(async () => await store.CommitAsync([Edit], Cancellation));
        }

        await store.CommitAsync([Edit], Cancellation);
        Assert.Equal(1, await CountAsync(store));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(2_048)]
    public async Task A_full_disk_takes_nothing_and_recovers_when_there_is_room(long kibibytes)
    {
        using var mount = Mount.OfSize(kibibytes);
        var ballast = Path.Combine(mount.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[kibibytes * 1_024 / 2], Cancellation);
        var path = Path.Combine(mount.Path, "store.db");
        var written = 0;
        await using (var store = await SqliteReplica.At(path).OpenAsync(Cancellation))
        {
            await Assert.ThrowsAsync<LocalStoreException>(async () =>
            {
                for (; ; written++) await store.CommitAsync([BigEdit(written)], Cancellation);
            });
            Assert.True(written > 0);
            Assert.Equal(written, await CountAsync(store));

            File.Delete(ballast);
            await store.CommitAsync([BigEdit(written)], Cancellation);
        }
        await using var again = await SqliteReplica.At(path).OpenAsync(Cancellation);
        Assert.Equal(written + 1, await CountAsync(again));
    }

    private static LocalWrite Edit => new(new LocalKey(LocalKind.Pending, "todo", "1"), "edit"u8.ToArray());

    private static LocalWrite BigEdit(int number) => new(new LocalKey(LocalKind.Pending, "todo", $"{number:D9}"), new byte[10_000]);

    private static async Task<string> RefusedAsync(string path) =>
        (await Assert.ThrowsAsync<LocalStoreException>(async () => await SqliteReplica.At(path).OpenAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancellation))).Message;

    private static async Task<int> CountAsync(ILocalStore store) => await store.ReadAsync(LocalKind.Pending, "todo", Cancellation).CountAsync(Cancellation);

    private static void Execute(string path, string text)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}

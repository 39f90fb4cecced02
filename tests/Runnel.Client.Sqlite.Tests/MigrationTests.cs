using Microsoft.Data.Sqlite;
using Runnel.Tests;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>
/// A store that format 1 wrote is brought up to this version with its outbox: in it are records, a conflict, a rejected event, one that is frozen, and two that wait.
/// </summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private static readonly string Fixture = Path.Combine(Repository.Root, "tests", "Runnel.Client.Sqlite.Tests", "Version1");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Store => _directory.File("store.db");

    public ValueTask InitializeAsync()
    {
        File.Copy(Path.Combine(Fixture, "store.db"), Store);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nothing_of_an_older_store_is_lost()
    {
        await using var client = await RunnelClient.OpenAsync("http://127.0.0.1:9", SqliteReplica.At(Store), cancellationToken: Cancellation);
        var notes = client.Stream("notes");

        Assert.Equal("38965c7626bfa91157144e1193c52afb", client.Id.Value);
        Assert.Equal(["frozen", "pending", "rye bread", "soy milk"], notes.Collection<Memo>().Select(memo => memo.Text).Order());
        Assert.Equal((3, 1), (notes.Status.Pending, notes.Status.Rejected));
        Assert.Equal("too_large", Assert.Single(notes.Rejections).Code);
        Assert.Equal("\"oat milk\"", Assert.Single(notes.Conflicts).Lost.ToString());
    }

    [Fact]
    public async Task Its_outbox_goes_out_once()
    {
        await using var server = await ServerProcess.StartNewAsync(Path.Combine(Fixture, "server"));
        var before = (await server.EventsAsync("notes")).Count;
        await using var client = await RunnelClient.OpenAsync(server.Url, SqliteReplica.At(Store), cancellationToken: Cancellation);

        await Patience.SettledAsync(client, rejected: 1);

        // The frozen event had arrived when the old version ended, and had not been answered.
        Assert.Equal(7, before);
        Assert.Equal(["frozen", "pending", "rye bread"], (await server.EventsAsync("notes")).Skip(6).Select(stored => stored.GetProperty("fields").GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_migration_that_is_cut_off_leaves_the_older_store()
    {
        await using (await SqliteReplica.At(Store).OpenAsync(Cancellation))
        {
            var log = new FileInfo(Store + "-wal").Length;
            for (var length = 0L; length < log; length += 1_000)
            {
                await using var client = await RunnelClient.OpenAsync("http://127.0.0.1:9", SqliteReplica.At(_directory.CopyStore(Store, length)), cancellationToken: Cancellation);
                Assert.Equal((3, 1), (client.Status.Pending, client.Status.Rejected));
            }
        }
        Assert.Equal((2, 0), (Number("PRAGMA user_version"), Number("SELECT count(*) FROM rows WHERE sum = 0")));
    }

    private long Number(string text)
    {
        using var connection = new SqliteConnection($"Data Source={Store};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}

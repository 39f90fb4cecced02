using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>A small journal on disk, closed, and what it holds: three streams that share each commit, in rows small and large.</summary>
internal sealed class JournalSample : IDisposable
{
    /// <summary>The number of the last commit.</summary>
    public const long Last = 10;

    private JournalSample(TemporaryDirectory directory) => Directory = directory;

    public TemporaryDirectory Directory { get; private init; }

    public SampleStream[] Streams { get; private init; } = [new("alpha"), new("beta"), new("gamma")];

    public SampleStream Beta => Streams[1];

    /// <summary>What the process that was killed left of its shared memory.</summary>
    public byte[] SharedMemory { get; private set; } = [];

    public static async Task<JournalSample> CreateAsync()
    {
        var sample = new JournalSample(new TemporaryDirectory());
        await using var store = await sample.OpenAsync();
        await sample.FillAsync(store);
        return sample;
    }

    /// <summary>The same as a process leaves it that is killed more than a second after its last commit.</summary>
    public static async Task<JournalSample> CreateCrashedAsync()
    {
        using var sample = new JournalSample(new TemporaryDirectory());
        var time = new FakeTimeProvider();
        await using var store = await sample.OpenAsync(time);
        await sample.FillAsync(store);
        time.Advance(TimeSpan.FromSeconds(1));
        sample.SharedMemory = await File.ReadAllBytesAsync(sample.Directory.File("journal.db-shm"), TestContext.Current.CancellationToken);
        return sample.Copy();
    }

    public async Task<SqliteStreamStore> OpenAsync(TimeProvider? time = null) =>
        await SqliteStreamStore.OpenAsync(
            new SqliteStreamStoreOptions { DataDirectory = Directory.Path, TimeProvider = time ?? TimeProvider.System }, TestContext.Current.CancellationToken);

    /// <summary>The same journal in another place.</summary>
    public JournalSample Copy() => new(Directory.Copy()) { Streams = Streams, SharedMemory = SharedMemory };

    /// <summary>What a store over the journal is refused with.</summary>
    public async Task<StreamStoreException> AssertRefusedAsync()
    {
        var fault = await Assert.ThrowsAsync<StreamStoreException>(async () => await (await OpenAsync()).DisposeAsync());
        Assert.Contains(Directory.Path, fault.Message, StringComparison.Ordinal);
        Assert.Null(fault.Stream);
        return fault;
    }

    public JournalReport Verify() => JournalVerifier.Verify(Directory.Path, TestContext.Current.CancellationToken);

    /// <summary>Changes rows as somebody with a database tool could.</summary>
    public void Tamper(string sql) => Assert.True(Execute(sql) > 0, "Nothing was changed.");

    public int Execute(string sql) => new Database(Directory.File("journal.db")).Execute(sql);

    public string Query(string sql) => new Database(Directory.File("journal.db")).Query(sql);

    /// <summary>Flips one bit of a file.</summary>
    public void Flip(string file, long position, int bit = 0)
    {
        var path = Directory.File(file);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = position;
        var value = stream.ReadByte();
        stream.Position = position;
        stream.WriteByte((byte)(value ^ (1 << bit)));
    }

    /// <summary>Flips a bit in <paramref name="bytes"/> wherever they are in a file: SQLite leaves copies in the free space of pages.</summary>
    public void FlipIn(string file, ReadOnlySpan<byte> bytes, int offset, int bit)
    {
        var content = File.ReadAllBytes(Directory.File(file));
        var found = 0;
        for (var from = 0; content.AsSpan(from).IndexOf(bytes) is var next and >= 0; from += next + 1, found++) Flip(file, from + next + offset, bit);
        Assert.True(found > 0, "The bytes are not there.");
    }

    public void Dispose() => Directory.Dispose();

    private async Task FillAsync(SqliteStreamStore store)
    {
        await store.CommitAsync([.. Streams.Select(stream => stream.Take(stream.Create()))], TestContext.Current.CancellationToken);
        for (var i = 2; i <= Last; i++)
        {
            await store.CommitAsync([.. Streams.Select(stream => stream.Take(stream.Append(i % 3 + 1, i % 2 == 0 ? "ada" : "bob", padding: i % 4 * 700)))], TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A journal's file in the hands of another program.</summary>
    public sealed class Database(string path)
    {
        public int Execute(string sql) => Run(sql, command => command.ExecuteNonQuery());

        public string Query(string sql) => Run(sql, command => Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!);

        private T Run<T>(string sql, Func<SqliteCommand, T> run)
        {
            using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return run(command);
        }
    }
}

using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;
using Runnel.Tests;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>Single bits of a local store that are not as they were written: detected and named, or without effect.</summary>
public sealed class FlipTests(ITestOutputHelper output) : IDisposable
{
    private const string Stream = "notes";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_flip_in_a_row_is_named_and_never_served()
    {
        var (path, rows, _) = await CreateAsync(isCrashed: false);
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        var value = bytes.AsSpan().IndexOf("value 17 "u8);
        bytes[value + 20] ^= 4;
        await File.WriteAllBytesAsync(path, bytes, Cancellation);

        var fault = await Assert.ThrowsAsync<LocalStoreException>(async () => await SqliteReplica.At(path).OpenAsync(Cancellation));

        Assert.Contains("17", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(rows);
    }

    [Theory]
    [InlineData("stream", "BLOB")]   // no query finds it
    [InlineData("name", "BLOB")]     // nothing overwrites or removes it
    [InlineData("value", "TEXT")]
    public async Task A_flip_that_makes_text_of_bytes_or_bytes_of_text_is_named(string column, string type)
    {
        var (path, _, _) = await CreateAsync(isCrashed: false);
        await using (var file = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            await file.OpenAsync(Cancellation);
            await using var flip = file.CreateCommand();
            flip.CommandText = $"UPDATE rows SET {column} = CAST({column} AS {type}) WHERE name = '000000017'";
            Assert.Equal(1, await flip.ExecuteNonQueryAsync(Cancellation));
        }

        var fault = await Assert.ThrowsAsync<LocalStoreException>(async () => await SqliteReplica.At(path).OpenAsync(Cancellation));

        Assert.Contains("17", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, 600)]
    [InlineData("-wal", true, 400)]
    public async Task A_flip_anywhere_is_named_or_without_effect(string file, bool isCrashed, int flips)
    {
        var random = new Random(20261130);
        var (path, rows, _) = await CreateAsync(isCrashed);
        var length = new FileInfo(path + file).Length;
        var (named, harmless) = (0, 0);
        for (var i = 0; i < Randomized.Runs(flips); i++)
        {
            var copy = _directory.CopyStore(path);
            var (position, bit) = (random.NextInt64(length), random.Next(8));
            Flip(copy + file, position, bit);
            try
            {
                await using var store = await SqliteReplica.At(copy).OpenAsync(Cancellation);
                var read = await ReadAsync(store);
                // A log whose end is not as written ends earlier, as after a crash: whole transactions are missing, and nothing else.
                if (file.Length == 0) Assert.True(rows.SequenceEqual(read), $"Bit {bit} of byte {position} of {length} changed what is read: {read.Count} rows of {rows.Count}.");
                else Assert.True(read.All(rows.Contains), $"Bit {bit} of byte {position} of {length} changed what is read.");
                harmless++;
            }
            catch (LocalStoreException)
            {
                named++;
            }
            Delete(copy);
        }
        output.WriteLine($"{named} flips were named, {harmless} had no effect.");
        Assert.True(named + harmless > 0 && (file.Length > 0 || named > harmless / 4), $"{named} of {named + harmless} were named.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flip_anywhere_in_shared_memory_has_no_effect(bool isCrashed)
    {
        const int Header = 136;   // the index's header, twice, and how far the log was moved: what readers trust
        var random = new Random(20261130);
        var (path, rows, memory) = await CreateAsync(isCrashed);
        List<int> positions = [.. Enumerable.Range(0, Header), .. Enumerable.Range(0, Randomized.Runs(100)).Select(_ => random.Next(Header, memory.Length))];
        foreach (var position in positions)
        {
            var (copy, bit) = (_directory.CopyStore(path), random.Next(8));
            await File.WriteAllBytesAsync(copy + "-shm", memory, Cancellation);
            Flip(copy + "-shm", position, bit);

            await using (var store = await SqliteReplica.At(copy).OpenAsync(Cancellation))
            {
                Assert.True(rows.SequenceEqual(await ReadAsync(store)), $"Bit {bit} of byte {position} changed what is read.");
            }
            Delete(copy);
        }
        output.WriteLine($"{positions.Count} flips had no effect.");
    }

    [Fact]
    public async Task There_is_no_other_file_than_those_that_are_flipped_here()
    {
        var path = _directory.File("store.db");
        await using var store = await SqliteReplica.At(path).OpenAsync(Cancellation);
        await store.CommitAsync([new LocalWrite(new LocalKey(LocalKind.Pending, Stream, "1"), "value"u8.ToArray())], Cancellation);

        // The lock has no bytes.
        Assert.Equal(["store.db", "store.db-shm", "store.db-wal", "store.db.lock"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, new FileInfo(path + ".lock").Length);
    }

    private static async Task<List<(string Name, string Value)>> ReadAsync(ILocalStore store) =>
        await store.ReadAsync(LocalKind.Pending, Stream, Cancellation).Select(row => (row.Name, Convert.ToHexString(row.Value.Span))).ToListAsync(Cancellation);

    private static void Delete(string path)
    {
        foreach (var ending in new[] { "", "-wal", "-shm", ".lock" }) File.Delete(path + ending);
    }

    private static void Flip(string path, long position, int bit)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = position;
        var value = stream.ReadByte();
        stream.Position = position;
        stream.WriteByte((byte)(value ^ (1 << bit)));
    }

    // Small rows, and one that takes pages of its own. Of a crash, the log is left.
    private async Task<(string Path, List<(string Name, string Value)> Rows, byte[] SharedMemory)> CreateAsync(bool isCrashed)
    {
        var path = _directory.File("store.db");
        await using var store = await SqliteReplica.At(path).OpenAsync(Cancellation);
        var rows = new List<(string, string)>();
        for (var i = 0; i < 40; i++)
        {
            var value = System.Text.Encoding.UTF8.GetBytes($"value {i} {new string('x', i == 20 ? 9_000 : 200)}");
            await store.CommitAsync([new LocalWrite(new LocalKey(LocalKind.Pending, Stream, $"{i:D9}"), value)], Cancellation);
            rows.Add(($"{i:D9}", Convert.ToHexString(value)));
        }
        return (isCrashed ? _directory.CopyStore(path) : path, rows, await File.ReadAllBytesAsync(path + "-shm", Cancellation));
    }
}

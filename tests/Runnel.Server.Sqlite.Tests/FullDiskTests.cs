using Runnel.Server.Stores;
using Runnel.Testing.Stores;
using Runnel.Tests;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>A disk without room: commits are refused whole, reads go on, and everything works again by itself.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_024)]
    [InlineData(8 * 1_024)]
    [InlineData(20 * 1_024)]
    public async Task A_full_disk_takes_nothing_and_recovers_when_there_is_room(long kibibytes)
    {
        using var mount = Mount.OfSize(kibibytes);
        var ballast = Path.Combine(mount.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[kibibytes * 1_024 / 4], Cancellation);
        var (big, small) = (new SampleStream("big"), new SampleStream("small"));
        var options = new SqliteStreamStoreOptions { DataDirectory = Path.Combine(mount.Path, "data") };
        await using (var store = await SqliteStreamStore.OpenAsync(options, Cancellation))
        {
            await store.CommitAsync([big.Take(big.Create(1)), small.Take(small.Create(1))], Cancellation);

            var fault = await FillAsync(store, big, small);

            Assert.Equal(StoreFault.Full, fault.Fault);
            Assert.Contains(mount.Path, fault.Message, StringComparison.Ordinal);
            await AssertHeldAsync(store);
            Assert.Equal(StoreFault.Full, (await FillAsync(store, big, small)).Fault);

            File.Delete(ballast);
            await store.CommitAsync([big.Take(big.Append(10, padding: 1_000)), small.Take(small.Append(1))], Cancellation);
            await AssertHeldAsync(store);
        }
        await using (var store = await SqliteStreamStore.OpenAsync(options, Cancellation)) await AssertHeldAsync(store);
        Assert.Null(JournalVerifier.Verify(options.DataDirectory, Cancellation).Fault);

        async Task AssertHeldAsync(SqliteStreamStore store)
        {
            await big.AssertHeldByAsync(store, Cancellation);
            await small.AssertHeldByAsync(store, Cancellation);
        }
    }

    [Fact]
    public async Task A_store_cannot_be_made_where_there_is_no_room()
    {
        using var mount = Mount.OfSize(16);

        var fault = await Assert.ThrowsAsync<StreamStoreException>(async () => await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = mount.Path }, Cancellation));

        Assert.Equal(StoreFault.Full, fault.Fault);
    }

    private static async Task<StreamStoreException> FillAsync(SqliteStreamStore store, params SampleStream[] streams)
    {
        while (true)
        {
            var group = streams.Select(stream => stream.Append(20, padding: 1_000)).ToArray();
            try
            {
                await store.CommitAsync(group, Cancellation);
            }
            catch (StreamStoreException exception)
            {
                return exception;
            }
            for (var i = 0; i < group.Length; i++) streams[i].Take(group[i]);
        }
    }
}

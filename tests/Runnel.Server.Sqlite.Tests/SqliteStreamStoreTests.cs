using Runnel.Server.Stores;
using Runnel.Testing.Stores;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>
/// The store against its specification. A crash leaves the files as they are on the disk at that moment; of the last commit's bytes in
/// the write-ahead log, any beginning may have arrived.
/// </summary>
public sealed class SqliteStreamStoreTests : StreamStoreSpecification
{
    private readonly List<TemporaryDirectory> _directories = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected override IReadOnlyList<string> CrashPoints { get; } = ["0 %", "1 %", "33 %", "50 %", "77 %", "99 %", "100 %", "after the answer"];

    private TemporaryDirectory Current => _directories[^1];

    protected override async ValueTask<IStreamStore> CreateAsync()
    {
        _directories.Add(new TemporaryDirectory());
        return await OpenAsync(Current);
    }

    protected override async ValueTask<IStreamStore> ReopenAsync(IStreamStore store)
    {
        await store.DisposeAsync();
        return await OpenAsync(Current);
    }

    protected override async ValueTask<IStreamStore> CrashAsync(IStreamStore store, IReadOnlyList<StreamAppend> group, string crashPoint)
    {
        var log = Current.File("journal.db-wal");
        var before = await ReadSharedAsync(log);
        await store.CommitAsync(group, Cancellation);
        var after = await ReadSharedAsync(log);
        var left = Current.Copy();
        _directories.Insert(0, Current);
        _directories[^1] = left;
        if (crashPoint != "after the answer") await File.WriteAllBytesAsync(left.File("journal.db-wal"), Tear(before, after, int.Parse(crashPoint[..^2])), Cancellation);
        await store.DisposeAsync();
        return await OpenAsync(left);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var directory in _directories) directory.Dispose();
    }

    // Of what the commit changed in the log, only a part has arrived.
    private static byte[] Tear(byte[] before, byte[] after, int percent)
    {
        var from = before.AsSpan().CommonPrefixLength(after);
        var to = Math.Max(before.Length, after.Length);
        var cut = from + (int)((to - from) * (long)percent / 100);
        return percent == 100 ? after : [.. after.AsSpan(0, Math.Min(cut, after.Length)), .. before.AsSpan(Math.Min(cut, before.Length))];
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }

    private static async ValueTask<IStreamStore> OpenAsync(TemporaryDirectory directory) =>
        await SqliteStreamStore.OpenAsync(new SqliteStreamStoreOptions { DataDirectory = directory.Path }, Cancellation);
}

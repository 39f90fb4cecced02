using Runnel.Client.LocalStore;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Sqlite.Tests;

public sealed class SqliteReplicaTests : LocalStoreSpecification, IDisposable
{
    // Less than a page, so that logs are cut inside every frame and between any two.
    private const int CutStep = 700;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override ILocalStoreSource Source => SqliteReplica.At(Store);

    private string Store => _directory.File("store.db");

    protected override ILocalStoreSource AfterCrash() => SqliteReplica.At(_directory.CopyStore(Store));

    protected override async IAsyncEnumerable<ILocalStoreSource> CrashPointsAsync(ILocalStore store, IReadOnlyList<LocalWrite> writes)
    {
        var before = new FileInfo(Store + "-wal").Length;
        await store.CommitAsync(writes, TestContext.Current.CancellationToken);
        var after = new FileInfo(Store + "-wal").Length;
        for (var length = before; length < after; length += CutStep) yield return SqliteReplica.At(_directory.CopyStore(Store, length));
        yield return SqliteReplica.At(_directory.CopyStore(Store));
    }
}

using Runnel.Client.LocalStore;
using Runnel.Testing.LocalStores;

namespace Runnel.Client.Browser.Page.Worlds;

/// <summary>The disk of a simulated device in IndexedDB: what is to fail there is a transaction that is aborted once all of it was asked for.</summary>
internal sealed class IndexedDbDisk(DiskRoom room, string name) : IDeviceDisk
{
    private Store? _open;
    private int _commits;

    /// <summary>The name of its database.</summary>
    public string Database => $"runnel:{name}";

    public Func<int, LocalCommitFate> Fate { get; set; } = _ => LocalCommitFate.Succeeds;

    public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken) =>
        // Not back on the context of the simulated app: its turns wait for this.
        _open = new Store(this, await IndexedDbReplica.Named(name).ForOneTab().OpenAsync(cancellationToken).ConfigureAwait(false));

    public ValueTask CrashAsync() => _open?.DisposeAsync() ?? ValueTask.CompletedTask;

    public async ValueTask<IDeviceDisk> CopyAsync()
    {
        var copy = room.NewDisk();
        await Databases.CopyAsync(Database, copy.Database);
        room.Copies++;
        return copy;
    }

    private async ValueTask CommitAsync(ILocalStore inner, IReadOnlyList<LocalWrite> writes, LocalCommitFate fate)
    {
        if (fate is LocalCommitFate.Fails or LocalCommitFate.CrashesBefore) Databases.FailNext(Database);
        room.Commits[fate] = room.Commits.GetValueOrDefault(fate) + 1;
        await inner.CommitAsync(writes, CancellationToken.None);
        _commits++;
    }

    /// <summary>The store as one process has it: it is not known to be shared, as there is one process at a time.</summary>
    private sealed class Store(IndexedDbDisk disk, ILocalStore inner) : ILocalStore
    {
        private bool _isEnded;

        public async ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
        {
            ThrowIfEnded();
            var fate = disk.Fate(disk._commits);
            try
            {
                await disk.CommitAsync(inner, writes, fate);
            }
            finally
            {
                if (fate is LocalCommitFate.CrashesBefore or LocalCommitFate.CrashesAfter) await DisposeAsync();
            }
            ThrowIfEnded();
        }

        public IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, CancellationToken cancellationToken)
        {
            ThrowIfEnded();
            return inner.ReadAsync(kind, stream, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (_isEnded) return;
            _isEnded = true;
            await inner.DisposeAsync();
        }

        private void ThrowIfEnded()
        {
            if (_isEnded) throw new LocalStoreException("The simulated process that had this store has ended.");
        }
    }
}

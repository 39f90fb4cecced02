using Runnel.Client.LocalStore;

namespace Runnel.Testing.LocalStores;

/// <summary>What becomes of a commit to a <see cref="SimulatedLocalDisk"/>.</summary>
public enum LocalCommitFate
{
    /// <summary>It is durable, and the caller learns so.</summary>
    Succeeds,

    /// <summary>Nothing is written, and the caller learns so: a full disk.</summary>
    Fails,

    /// <summary>The process ends before anything is durable.</summary>
    CrashesBefore,

    /// <summary>The process ends once everything is durable, before anybody learns of it.</summary>
    CrashesAfter,
}

/// <summary>
/// A local store in memory: its rows outlive the process that uses them, and commits meet the fate that a test chooses. One process
/// has it at a time; another waits. Everything else completes before the call returns. Safe for use by many threads.
/// </summary>
public sealed class SimulatedLocalDisk : ILocalStoreSource, IDeviceDisk
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(1, 1);
    private readonly Dictionary<LocalKey, byte[]> _rows = [];
    private Store? _open;

    /// <summary>Decides what becomes of a commit, by how many have become durable before it.</summary>
    public Func<int, LocalCommitFate> Fate { get; set; } = _ => LocalCommitFate.Succeeds;

    /// <summary>How many commits have become durable.</summary>
    public int Commits { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _open = new Store(this);
    }

    /// <summary>Ends the process that has the store, without a warning.</summary>
    public void Crash() => _open?.End();

    /// <summary>A copy of the disk as it is now: a backup, or a cloned device.</summary>
    public SimulatedLocalDisk Copy()
    {
        var copy = new SimulatedLocalDisk();
        lock (_gate)
        {
            foreach (var (key, value) in _rows) copy._rows.Add(key, value);
        }
        return copy;
    }

    ValueTask IDeviceDisk.CrashAsync()
    {
        Crash();
        return ValueTask.CompletedTask;
    }

    ValueTask<IDeviceDisk> IDeviceDisk.CopyAsync() => ValueTask.FromResult<IDeviceDisk>(Copy());

    private void Commit(IReadOnlyList<LocalWrite> writes, Store store)
    {
        var fate = Fate(Commits);
        if (fate == LocalCommitFate.Fails) throw new LocalStoreException("The simulated disk is full.");
        if (fate != LocalCommitFate.CrashesBefore) Write(writes);
        if (fate == LocalCommitFate.Succeeds) return;
        store.End();
        throw Store.Ended();
    }

    private void Write(IReadOnlyList<LocalWrite> writes)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                if (write.Value is { } value) _rows[write.Key] = value.ToArray();
                else _rows.Remove(write.Key);
            }
            Commits++;
        }
    }

    private List<LocalRow> Read(LocalKind kind, string stream)
    {
        lock (_gate)
        {
            return [.. _rows
                .Where(row => row.Key.Kind == kind && row.Key.Stream == stream)
                .OrderBy(row => row.Key.Name, Comparer<string>.Create(Utf8Order.Compare))
                .Select(row => new LocalRow(row.Key.Name, row.Value))];
        }
    }

    /// <summary>The store as one process has it.</summary>
    private sealed class Store(SimulatedLocalDisk disk) : ILocalStore
    {
        private int _isEnded;

        public static LocalStoreException Ended() => new("The simulated process that had this store has ended.");

        public ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_isEnded != 0) throw Ended();
            disk.Commit(writes, this);
            return ValueTask.CompletedTask;
        }

        public async IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await ValueTask.CompletedTask.ConfigureAwait(false);
            if (_isEnded != 0) throw Ended();
            foreach (var row in disk.Read(kind, stream))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return row;
            }
        }

        public ValueTask DisposeAsync()
        {
            End();
            return ValueTask.CompletedTask;
        }

        public void End()
        {
            if (Interlocked.Exchange(ref _isEnded, 1) == 0) disk._free.Release();
        }
    }
}

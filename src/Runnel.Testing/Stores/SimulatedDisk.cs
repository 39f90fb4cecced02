namespace Runnel.Testing.Stores;

/// <summary>What becomes of a commit on a <see cref="SimulatedDisk"/>.</summary>
public enum CommitFate
{
    /// <summary>It is written, synced and acknowledged.</summary>
    Succeeds,

    /// <summary>The device refuses the first write: nothing of it is on the disk, and the store goes on.</summary>
    FailsUnwritten,

    /// <summary>It is written, but the sync fails: a crash keeps it or loses it, and the store fails until it is opened anew.</summary>
    FailsUnsynced,

    /// <summary>It is synced, yet reported as failed: it is there when the store is opened anew, and until then the store fails.</summary>
    FailsSynced,
}

/// <summary>What a crash does to writes that were not synced.</summary>
public enum UnsyncedWrites
{
    /// <summary>They are gone, as after a power cut.</summary>
    Lost,

    /// <summary>They are there, as after a killed process.</summary>
    Kept,
}

/// <summary>
/// The disk under an <see cref="InMemoryStreamStore"/>: keeps commits over crashes, and fails, fills, holds and damages as it is told.
/// Has no thread, no clock and no chance of its own, so a simulation repeats itself.
/// </summary>
public sealed class SimulatedDisk
{
    private readonly Lock _gate = new();
    private readonly List<IReadOnlyList<StreamAppend>> _synced = [];
    private readonly HashSet<(StreamName Stream, Seq Seq)> _damaged = [];
    private IReadOnlyList<StreamAppend>? _unsynced;
    private TaskCompletionSource? _held;
    private int _life;
    private bool _isAttached;
    private bool _mistrusts;

    /// <summary>What becomes of the next commit, or of the one that is held; once used it is <see cref="CommitFate.Succeeds"/> again.</summary>
    public CommitFate NextFate { get; set; }

    /// <summary>Whether there is no room: every commit fails with <see cref="StoreFault.Full"/>, and nothing of it is on the disk.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether a commit, once written, waits for <see cref="ReleaseCommit"/> before it is synced.</summary>
    public bool HoldsCommits { get; set; }

    /// <summary>Whether reads fail with <see cref="StoreFault.Failed"/>.</summary>
    public bool FailsReads { get; set; }

    /// <summary>Whether a commit is written and waits for <see cref="ReleaseCommit"/>.</summary>
    public bool HasHeldCommit => _held is not null;

    /// <summary>What is durable: the groups in the order of their commits, without the appends that were stale.</summary>
    public IReadOnlyList<IReadOnlyList<StreamAppend>> SyncedCommits => _synced;

    /// <summary>Lets the held commit meet <see cref="NextFate"/>; what waits for it goes on before this returns.</summary>
    /// <exception cref="InvalidOperationException">None is held.</exception>
    public void ReleaseCommit()
    {
        var held = TakeHeld() ?? throw new InvalidOperationException("No commit is held.");
        if (Sync() is { } fault) held.SetException(fault);
        else held.SetResult();
    }

    /// <summary>
    /// Ends the process whose store is on this disk: its calls fail from here on, a held commit too. The next store over the disk
    /// finds what was synced and, if <see cref="UnsyncedWrites.Kept"/>, what was not.
    /// </summary>
    public void Crash(UnsyncedWrites unsynced)
    {
        if (unsynced == UnsyncedWrites.Lost) _unsynced = null;
        _isAttached = false;
        _life++;
        TakeHeld()?.SetException(Crashed());
    }

    /// <summary>Flips a bit in an event: from now on reads stop before it with <see cref="StoreFault.Damaged"/>.</summary>
    public void Damage(StreamName stream, Seq seq)
    {
        lock (_gate) _damaged.Add((stream, seq));
    }

    internal static StreamStoreException Damaged(StreamName stream, Seq seq) =>
        new(StoreFault.Damaged, $"Stream '{stream}' is damaged at seq {seq}.") { Stream = stream };

    internal bool IsDamaged(StreamName stream, Seq seq)
    {
        lock (_gate) return _damaged.Contains((stream, seq));
    }

    internal int Attach()
    {
        if (_isAttached) throw new StreamStoreException(StoreFault.Unusable, "The simulated disk is in use by another store.");
        // Opening syncs what it finds: a reader must not see what a crash could still take back.
        if (_unsynced is { } found) _synced.Add(found);
        (_unsynced, _mistrusts, _isAttached) = (null, false, true);
        return ++_life;
    }

    internal void Detach(int life)
    {
        if (life != _life) return;
        _isAttached = false;
        _life++;
    }

    internal void ThrowUnlessAlive(int life)
    {
        if (life != _life) throw Crashed();
        if (_mistrusts) throw new StreamStoreException(StoreFault.Failed, "The simulated disk failed to sync before: open the store anew.");
    }

    internal void ThrowUnlessReadable(int life)
    {
        if (life != _life) throw Crashed();
        if (FailsReads) throw new StreamStoreException(StoreFault.Failed, "The simulated disk fails to read.");
    }

    internal Task CommitAsync(IReadOnlyList<StreamAppend> group)
    {
        if (_held is not null) throw new InvalidOperationException("A commit is held: a store has one committer.");
        if (IsFull) throw new StreamStoreException(StoreFault.Full, "The simulated disk is full.");
        if (NextFate == CommitFate.FailsUnwritten && !HoldsCommits)
        {
            NextFate = CommitFate.Succeeds;
            throw new StreamStoreException(StoreFault.Failed, "The simulated disk fails to write.");
        }
        _unsynced = group;
        if (HoldsCommits) return (_held = new TaskCompletionSource()).Task;
        return Sync() is { } fault ? Task.FromException(fault) : Task.CompletedTask;
    }

    private StreamStoreException? Sync()
    {
        var fate = NextFate;
        NextFate = CommitFate.Succeeds;
        if (fate == CommitFate.FailsUnwritten) _unsynced = null;
        if (fate is CommitFate.Succeeds or CommitFate.FailsSynced)
        {
            _synced.Add(_unsynced!);
            _unsynced = null;
        }
        _mistrusts = fate is CommitFate.FailsUnsynced or CommitFate.FailsSynced;
        return fate == CommitFate.Succeeds ? null : new StreamStoreException(StoreFault.Failed, "The simulated disk fails to sync.");
    }

    private TaskCompletionSource? TakeHeld()
    {
        var held = _held;
        _held = null;
        return held;
    }

    private static StreamStoreException Crashed() => new(StoreFault.Failed, "The process of this store has ended.");
}

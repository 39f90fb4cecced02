using System.Runtime.CompilerServices;
using Runnel.Server.Sqlite.Files;
using Runnel.Server.Sqlite.Journal;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite;

/// <summary>
/// The embedded store: an append-only journal of commits in one SQLite file. Each group is one row and one sync, whatever the number
/// of its streams; where their events are is kept in memory and rebuilt at open.
/// </summary>
/// <remarks>
/// A commit runs on the calling thread until the device has synced. A group's events may take 256 MiB at most. The bytes of deleted
/// streams stay in the file. Nothing damaged is served, and nothing is ever cut off to mend it.
/// </remarks>
public sealed class SqliteStreamStore : IStreamStore
{
    // SQLite takes up to 10^9 bytes in a row; a commit is held in memory several times over.
    private const int MaxCommitBytes = 256 * 1024 * 1024;

    // Less is filled by a handful of commits: each would pay for three.
    private const long MinLogBytes = 64 * 1024;

    private readonly DirectoryLock _lock;
    private readonly JournalFile _journal;
    private readonly JournalIndex _index;
    private readonly JournalChain _hash = new();
    private readonly CommitBuilder _builder;
    private readonly BlockReaders _readers;
    private readonly SyncedMarkWriter _synced;
    private volatile string? _failure;
    private long _last;
    private byte[] _chain;
    private int _isCommitting;
    private int _isClosed;

    private SqliteStreamStore(DirectoryLock directoryLock, JournalFile journal, JournalReplay replay, string directory, TimeProvider time)
    {
        (_lock, _journal, _index) = (directoryLock, journal, replay.Index);
        (_last, _chain) = (replay.Last, replay.Chain);
        _builder = new CommitBuilder(_index);
        _readers = new BlockReaders(journal.Path);
        _synced = new SyncedMarkWriter(directory, time, Fail);
        _synced.Note(_last, _chain);
    }

    /// <summary>Opens the store, making it where there is none; reads the directories of all commits.</summary>
    /// <exception cref="StreamStoreException">
    /// The directory is in use, cannot be written, or is of a newer version (<see cref="StoreFault.Unusable"/>); or the journal is not
    /// what was written (<see cref="StoreFault.Damaged"/>).
    /// </exception>
    public static ValueTask<SqliteStreamStore> OpenAsync(SqliteStreamStoreOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LogBytes, MinLogBytes, nameof(options));
        var directory = Path.GetFullPath(options.DataDirectory);
        var directoryLock = DirectoryLock.Take(directory);
        JournalFile? journal = null;
        try
        {
            var mark = SyncedMark.Read(directory);
            journal = JournalFile.Open(directory, mark, options.LogBytes);
            using var replay = new JournalReplay(journal.Path);
            using (var rows = journal.ReadCommits())
            {
                var fault = replay.TakeAll(rows, cancellationToken) ?? replay.CheckEnd(mark);
                if (fault is not null) throw fault.ToException();
            }
            return ValueTask.FromResult(new SqliteStreamStore(directoryLock, journal, replay, directory, options.TimeProvider));
        }
        catch
        {
            journal?.Dispose();
            directoryLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyList<AppendResult>>(cancellationToken);
        if (Interlocked.Exchange(ref _isCommitting, 1) != 0) throw new InvalidOperationException("A commit is being written: a store has one committer.");
        try
        {
            return ValueTask.FromResult<IReadOnlyList<AppendResult>>(Commit(group));
        }
        catch (Exception exception) when (exception is StreamStoreException or ArgumentException)
        {
            return ValueTask.FromException<IReadOnlyList<AppendResult>>(exception);
        }
        finally
        {
            Volatile.Write(ref _isCommitting, 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        if (!_index.TryFind(stream, out var found)) return ValueTask.FromResult<StreamState?>(null);
        if (found.Damage is { } damage) throw new StreamStoreException(StoreFault.Damaged, damage) { Stream = stream };
        return ValueTask.FromResult<StreamState?>(found.ToState());
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        if (!_index.TryFind(stream, out var found)) yield break;
        var reading = new StreamReading(found, after, _readers, _journal.Path);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reading.Next() is not { } block) yield break;
            yield return block;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Seq>> FindAsync(
        StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        return ValueTask.FromResult<IReadOnlyList<Seq>>(_index.TryFind(stream, out var found) ? found.Find(client, firstClientSeq, count) : []);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfClosed();
        return ValueTask.FromResult(_index.List(prefix, after, limit));
    }

    /// <summary>Closes the store and lets its directory go. The committer must have ended.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0) return ValueTask.CompletedTask;
        _readers.Dispose();
        _journal.Dispose();
        _synced.Dispose();
        _hash.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private AppendResult[] Commit(IReadOnlyList<StreamAppend> group)
    {
        ThrowIfClosed();
        if (_failure is { } failure) throw new StreamStoreException(StoreFault.Failed, failure);
        var results = _builder.Build(group);
        if (_builder.Entries.Count == 0) return results;
        if (_builder.Events.Length > MaxCommitBytes)
        {
            throw new ArgumentException($"The group has {_builder.Events.Length} bytes of events, and a commit takes {MaxCommitBytes}.", nameof(group));
        }

        var number = _last + 1;
        var chain = _hash.Next(number, _chain, _builder.Directory);
        try
        {
            _journal.Append(number, chain, _builder.Directory, _builder.Events);
        }
        catch (StreamStoreException exception) when (SqliteFault.IsSyncFailure(exception))
        {
            Fail(exception);
            throw;
        }
        (_last, _chain) = (number, chain);
        foreach (var entry in _builder.Entries) _index.Take(entry, number);
        _synced.Note(number, chain);
        Checkpoint();
        return results;
    }

    // The commit itself is durable by now: a device that fails here fails the next.
    private void Checkpoint()
    {
        try
        {
            _journal.CheckpointIfDue();
        }
        catch (StreamStoreException exception)
        {
            Fail(exception);
        }
    }

    private void Fail(StreamStoreException exception) =>
        _failure = $"{exception.Message} What was acknowledged is safe; nothing more is accepted until the store is opened anew.";

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
}

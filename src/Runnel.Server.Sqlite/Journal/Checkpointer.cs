using Runnel.Server.Sqlite.Files;
using Runnel.Server.Stores;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Moves commits from the write-ahead log into the file, by the committer, between two commits.</summary>
internal sealed class Checkpointer(sqlite3 database, string path, long logBytes)
{
    private long _logBytes;

    /// <summary>Counts a commit of <paramref name="bytes"/> bytes: SQLite logs whole pages, and always the last one of the table.</summary>
    public void Note(long bytes) => _logBytes += (1 + bytes / JournalFormat.PageBytes) * JournalFormat.PageBytes;

    /// <summary>Checkpoints if enough has gathered.</summary>
    /// <exception cref="StreamStoreException">The device failed to sync.</exception>
    public void RunIfDue()
    {
        if (_logBytes < logBytes) return;
        _logBytes = 0;
        try
        {
            Run(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
        catch (StreamStoreException exception) when (!SqliteFault.IsSyncFailure(exception))
        {
            // Readers or a full disk are in the way: the commits are safe in the log, and the next time is soon.
        }
    }

    /// <summary>
    /// Moves everything, so that it is on the device whatever became of the log's own sync. Where there is no room for that, the log
    /// is synced where it is.
    /// </summary>
    /// <exception cref="StreamStoreException">It cannot be done.</exception>
    public void SyncAll()
    {
        try
        {
            if (Run(raw.SQLITE_CHECKPOINT_TRUNCATE)) return;
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Full)
        {
            DurableFile.Sync(path + "-wal");
            return;
        }
        throw new StreamStoreException(StoreFault.Unusable, $"{path} is in use by another program.");
    }

    private bool Run(int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(database, "main", mode, out _, out _);
        if (result == raw.SQLITE_BUSY) return false;
        if (result != raw.SQLITE_OK) throw SqliteFault.Of(database, $"The write-ahead log of {path} cannot be moved into it");
        return true;
    }
}

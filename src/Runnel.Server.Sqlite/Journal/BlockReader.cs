using Microsoft.Data.Sqlite;
using Runnel.Server.Stores;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Reads events' bytes over a connection of its own, beside the committer. For one thread at a time.</summary>
internal sealed class BlockReader(SqliteConnection connection, string path) : IDisposable
{
    private sqlite3_blob? _blob;

    /// <summary>Reads <paramref name="bytes"/> from commit <paramref name="commit"/>, from <paramref name="offset"/> on.</summary>
    /// <exception cref="StreamStoreException">The bytes are not there, or the device failed.</exception>
    public void Read(long commit, int offset, Span<byte> bytes)
    {
        var result = _blob is null ? Begin(commit) : raw.sqlite3_blob_reopen(_blob, commit);
        if (result == raw.SQLITE_OK) result = raw.sqlite3_blob_read(_blob, bytes, offset);
        if (result != raw.SQLITE_OK) throw SqliteFault.Of(connection.Handle!, $"The events of commit {commit} cannot be read from {path}");
    }

    /// <summary>Ends the read: as long as one is open, the write-ahead log cannot be begun anew.</summary>
    public void End()
    {
        _blob?.Dispose();
        _blob = null;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        End();
        connection.Dispose();
    }

    private int Begin(long commit)
    {
        var result = raw.sqlite3_blob_open(connection.Handle!, "main", "commits", "events", commit, 0, out var blob);
        if (result == raw.SQLITE_OK) _blob = blob;
        return result;
    }
}

using System.Globalization;
using Microsoft.Data.Sqlite;
using Runnel.Server.Sqlite.Files;
using Runnel.Server.Stores;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// The journal's SQLite file: a table of commits, one row each, and the one connection that writes it. Not safe for use by several
/// threads at once.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "journal.db";

    // A longer wait for another program's lock would only hide that there is one.
    private const int BusyMilliseconds = 5_000;

    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _insert;
    private readonly Checkpointer _checkpointer;

    private JournalFile(SqliteConnection connection, string path, long logBytes)
    {
        (_connection, Path) = (connection, path);
        _insert = Prepare(connection, "INSERT INTO commits (number, chain, directory, events) VALUES (?1, ?2, ?3, ?4)", path);
        _checkpointer = new Checkpointer(connection.Handle!, path, logBytes);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>
    /// Opens the journal in <paramref name="directory"/> for its one writer, and makes it where there never was one. What a crash left
    /// in the write-ahead log is synced before this returns: a reader must not see what another crash could still take back.
    /// </summary>
    /// <exception cref="StreamStoreException">It is damaged, of a newer version, or cannot be written.</exception>
    public static JournalFile Open(string directory, SyncedMark? mark, long logBytes)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate, mark);
        try
        {
            if (!JournalFormat.IsThere(connection, path, mark))
            {
                // A journal in a directory that a loss of power takes back would be lost with all that was acknowledged.
                DurableFile.SyncNamesAbove(directory);
                JournalFormat.Create(connection);
            }
            DurableFile.SyncDirectory(directory);
            JournalFormat.Configure(connection, path, logBytes);
            var file = new JournalFile(connection, path, logBytes);
            file._checkpointer.SyncAll();
            return file;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFault.From(exception, $"{path} cannot be opened");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the journal in <paramref name="directory"/> to read it and change nothing, not even what a crash left open.</summary>
    /// <exception cref="StreamStoreException">There is none, it is damaged, or of a newer version.</exception>
    public static SqliteConnection OpenForReading(string directory, SyncedMark? mark)
    {
        var path = System.IO.Path.Combine(directory, FileName);
        var connection = Connect(path, SqliteOpenMode.ReadOnly, mark);
        try
        {
            if (!JournalFormat.IsThere(connection, path, mark)) throw new StreamStoreException(StoreFault.Unusable, $"{path} holds no journal.");
            return connection;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFault.From(exception, $"{path} cannot be opened");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is or was a journal in <paramref name="directory"/>.</summary>
    public static bool HasTraces(string directory) =>
        File.Exists(System.IO.Path.Combine(directory, FileName)) || File.Exists(System.IO.Path.Combine(directory, SyncedMark.FileName));

    /// <summary>Prepares a statement.</summary>
    /// <exception cref="StreamStoreException">The file is damaged.</exception>
    public static sqlite3_stmt Prepare(SqliteConnection connection, string sql, string path)
    {
        var result = raw.sqlite3_prepare_v2(connection.Handle!, sql, out var statement);
        if (result != raw.SQLITE_OK) throw SqliteFault.Of(connection.Handle!, $"{path} cannot be used");
        return statement;
    }

    /// <summary>Reads all commits in their order.</summary>
    public JournalCursor ReadCommits() => new(_connection, Path);

    /// <summary>Appends a commit: once this returns, it is on the device.</summary>
    /// <exception cref="StreamStoreException">It is not there; after a failed sync, nobody knows.</exception>
    public void Append(long number, ReadOnlySpan<byte> chain, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> events)
    {
        raw.sqlite3_bind_int64(_insert, 1, number);
        BindBlob(2, chain);
        BindBlob(3, directory);
        BindBlob(4, events);
        var result = raw.sqlite3_step(_insert);
        try
        {
            if (!SqliteFault.IsFine(result)) throw SqliteFault.Of(_connection.Handle!, $"Commit {number} cannot be written to {Path}");
        }
        finally
        {
            raw.sqlite3_reset(_insert);
            raw.sqlite3_clear_bindings(_insert);
        }
        _checkpointer.Note(chain.Length + directory.Length + events.Length);
    }

    /// <summary>Moves what has gathered in the write-ahead log to the file, when it is enough to be worth it.</summary>
    /// <exception cref="StreamStoreException">The device failed to sync.</exception>
    public void CheckpointIfDue() => _checkpointer.RunIfDue();

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    // An empty span would be bound as NULL.
    private void BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) raw.sqlite3_bind_zeroblob(_insert, index, 0);
        else raw.sqlite3_bind_blob(_insert, index, bytes);
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode, SyncedMark? mark)
    {
        RefuseToBeginAnew(path, mark);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle!, BusyMilliseconds);
            return connection;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFault.From(exception, $"{path} cannot be opened");
        }
    }

    // SQLite takes a missing or empty file for a new database, and throws its write-ahead log away.
    private static void RefuseToBeginAnew(string path, SyncedMark? mark)
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 }) return;
        if (mark is not null) throw JournalFault.EndsEarly(path, -1, mark).ToException();
        if (new FileInfo(path + "-wal") is { Exists: true, Length: > 0 })
        {
            throw new StreamStoreException(StoreFault.Damaged, $"{path} is missing or empty, yet its write-ahead log is there. Restore both from a backup.");
        }
    }
}

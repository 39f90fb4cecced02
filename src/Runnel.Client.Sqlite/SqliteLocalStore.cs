using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;
using SQLitePCL;

namespace Runnel.Client.Sqlite;

/// <summary>The rows of a local store as one table of a SQLite file.</summary>
internal sealed class SqliteLocalStore : ILocalStore
{
    // "Rnlc" in ASCII: tells this file from any other SQLite file.
    private const int ApplicationId = 0x526E_6C63;
    private const int Version = 2;

    // Version 1 had no checksums.
    private const int VersionWithoutChecksums = 1;

    // The store is locked against other clients; a tool that looks into the file may hold it for a moment.
    private const int BusySeconds = 5;

    private const string WayOut = "Restore it from a backup, or open another one, which reads everything from the server anew.";

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly RowChecksum _checksum = new();
    private readonly RowStatement _put;
    private readonly RowStatement _remove;
    private readonly Lock _gate = new();

    public SqliteLocalStore(string path, FileStream held)
    {
        _lock = held;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            _connection.Open();
            var isNew = IsNew(path);   // before anything is changed: the file may be somebody else's
            // FULL: an edit that was flushed survives the loss of power too, not only of the process.
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;");
            if (isNew) Create();
            else if (Number("PRAGMA user_version") == VersionWithoutChecksums) AddChecksums();
            Verify(path);
            _put = Statement("INSERT INTO rows(kind, stream, name, value, checksum) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, checksum = excluded.checksum");
            _remove = Statement("DELETE FROM rows WHERE kind = ? AND stream = ? AND name = ?");
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw new LocalStoreException($"The local store {path} cannot be opened: {exception.Message}", exception);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            lock (_gate)
            {
                using var transaction = _connection.BeginTransaction();
                foreach (var write in writes) (write.Value is null ? _remove : _put).Run(write);
                transaction.Commit();
            }
            return ValueTask.CompletedTask;
        }
        catch (SqliteException exception)
        {
            throw new LocalStoreException($"The local store cannot be written: {exception.Message}", exception);
        }
    }

    public async IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var row in Read(kind, stream))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    public ValueTask DisposeAsync()
    {
        _put.Dispose();
        _remove.Dispose();
        _connection.Dispose();
        return _lock.DisposeAsync();
    }

    private List<LocalRow> Read(LocalKind kind, string stream)
    {
        try
        {
            lock (_gate)
            {
                using var command = _connection.CreateCommand();
                command.CommandText = "SELECT name, value, checksum FROM rows WHERE kind = $kind AND stream = $stream ORDER BY name";
                command.Parameters.AddWithValue("$kind", (int)kind);
                command.Parameters.AddWithValue("$stream", stream);
                using var reader = command.ExecuteReader();
                var rows = new List<LocalRow>();
                while (reader.Read())
                {
                    var row = new LocalRow(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
                    if (reader.GetInt64(2) != _checksum.Of(new LocalKey(kind, stream, row.Name), row.Value.Span)) throw Damaged(kind, stream, row.Name);
                    rows.Add(row);
                }
                return rows;
            }
        }
        catch (SqliteException exception)
        {
            throw new LocalStoreException($"The local store cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Looks at every page and every row: one that was lost, or went elsewhere, would never be read. The client reads them all anyway.</summary>
    private void Verify(string path)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        if (command.ExecuteScalar() is not "ok") throw new LocalStoreException($"The local store {path} is damaged: its pages are not as they were written. {WayOut}");

        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_connection.Handle!, "SELECT kind, stream, name, value, checksum FROM rows", out var rows), _connection.Handle!);
        using (rows)
        {
            int result;
            while ((result = raw.sqlite3_step(rows)) == raw.SQLITE_ROW)
            {
                var kind = raw.sqlite3_column_int(rows, 0);
                var checksum = _checksum.Of(kind, raw.sqlite3_column_blob(rows, 1), raw.sqlite3_column_blob(rows, 2), raw.sqlite3_column_blob(rows, 3));
                if (checksum != raw.sqlite3_column_int64(rows, 4)) throw Damaged((LocalKind)kind, raw.sqlite3_column_text(rows, 1).utf8_to_string(), raw.sqlite3_column_text(rows, 2).utf8_to_string());
            }
            if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _connection.Handle!);
        }
    }

    private LocalStoreException Damaged(LocalKind kind, string stream, string name) => new(
        $"The local store {_connection.DataSource} is damaged: what it has kept as {kind} '{name}' of '{stream}' is not what was written. {WayOut}");

    /// <summary>Whether the file is to become a store; it is refused if it is neither empty nor a store that this version reads.</summary>
    private bool IsNew(string path)
    {
        var (application, version) = (Number("PRAGMA application_id"), Number("PRAGMA user_version"));
        if (application == 0 && version == 0 && Number("SELECT count(*) FROM sqlite_master") == 0) return true;
        if (application != ApplicationId) throw new LocalStoreException($"{path} is a SQLite file, but no local store of Runnel's.");
        if (version is not (Version or VersionWithoutChecksums)) throw new LocalStoreException($"{path} was written by a newer version of Runnel (format {version}; this one knows {Version}). Update the app.");
        return false;
    }

    // BINARY collation compares UTF-8 bytes, as names are to be sorted.
    private void Create() => Execute($"""
        BEGIN IMMEDIATE;
        CREATE TABLE rows(kind INTEGER NOT NULL, stream TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY(kind, stream, name)) WITHOUT ROWID;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        COMMIT;
        """);

    private void AddChecksums()
    {
        using var transaction = _connection.BeginTransaction();
        Execute("ALTER TABLE rows ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0");
        _connection.CreateFunction<long, string, string, byte[], long>(
            "row_checksum", (kind, stream, name, value) => _checksum.Of(new LocalKey((LocalKind)kind, stream, name), value), isDeterministic: true);
        Execute($"UPDATE rows SET checksum = row_checksum(kind, stream, name, value); PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    private RowStatement Statement(string text) => new(_connection.Handle!, text, _checksum);

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private long Number(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Sqlite;

/// <summary>The rows of a local store as one table of a SQLite file.</summary>
internal sealed class SqliteLocalStore : ILocalStore
{
    // The store is locked against other clients; a tool that looks into the file may hold it for a moment.
    private const int BusySeconds = 5;

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly RowStatement _put;
    private readonly RowStatement _remove;
    private readonly RowSum _sum = new();
    private readonly Lock _gate = new();

    public SqliteLocalStore(string path, FileStream held)
    {
        _lock = held;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        try
        {
            _connection.Open();
            StoreFormat.Prepare(_connection, path);
            Verify(path);
            _put = Statement("INSERT INTO rows(kind, stream, name, value, sum) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, sum = excluded.sum");
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
                foreach (var write in writes) Run(write);
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

    private void Run(LocalWrite write)
    {
        if (write.Value is { } value) _put.Run(write.Key, value.Span, _sum.Of(write.Key, value.Span));
        else _remove.Run(write.Key);
    }

    private List<LocalRow> Read(LocalKind kind, string stream)
    {
        try
        {
            lock (_gate)
            {
                using var command = _connection.CreateCommand();
                command.CommandText = "SELECT name, value FROM rows WHERE kind = $kind AND stream = $stream ORDER BY name";
                command.Parameters.AddWithValue("$kind", (int)kind);
                command.Parameters.AddWithValue("$stream", stream);
                using var reader = command.ExecuteReader();
                var rows = new List<LocalRow>();
                while (reader.Read()) rows.Add(new LocalRow(reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
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
        if (command.ExecuteScalar() is not "ok") throw new LocalStoreException($"The local store {path} is damaged: its pages are not as they were written.");

        // A single bit makes a blob of a text, which is read like that and found by no query.
        command.CommandText = "SELECT kind, stream, name, value, sum, typeof(stream) = 'text' AND typeof(name) = 'text' AND typeof(value) = 'blob' FROM rows";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var key = new LocalKey((LocalKind)reader.GetInt64(0), reader.GetString(1), reader.GetString(2));
            if (reader.GetBoolean(5) && reader.GetInt64(4) == _sum.Of(key, reader.GetFieldValue<byte[]>(3))) continue;
            throw new LocalStoreException($"The local store {path} is damaged: the row {key.Kind} \"{key.Name}\" of \"{key.Stream}\" is not what was written.");
        }
    }

    private RowStatement Statement(string text) => new(_connection.Handle!, text);
}

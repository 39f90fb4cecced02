using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Walks the rows of a journal by number. What a row holds is valid until the next.</summary>
internal sealed class JournalCursor : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _select;
    private readonly string _path;

    public JournalCursor(SqliteConnection connection, string path)
    {
        // octet_length() reads the row's header only: events stay where they are.
        _select = JournalFile.Prepare(connection, "SELECT number, chain, directory, octet_length(events) FROM commits ORDER BY number", path);
        (_database, _path) = (connection.Handle!, path);
    }

    /// <summary>The commit's number, as the row has it.</summary>
    public long Number => raw.sqlite3_column_int64(_select, 0);

    /// <summary>The chain hash, as the row has it.</summary>
    public ReadOnlySpan<byte> Chain => raw.sqlite3_column_blob(_select, 1);

    /// <summary>The directory's bytes.</summary>
    public ReadOnlySpan<byte> Directory => raw.sqlite3_column_blob(_select, 2);

    /// <summary>How many bytes of events the commit has.</summary>
    public long EventBytes => raw.sqlite3_column_int64(_select, 3);

    /// <summary>Goes to the next row, if there is one.</summary>
    /// <exception cref="Server.Stores.StreamStoreException">The file is damaged, or the device failed.</exception>
    public bool MoveNext()
    {
        var result = raw.sqlite3_step(_select);
        if (!SqliteFault.IsFine(result)) throw SqliteFault.Of(_database, $"{_path} cannot be read");
        return result == raw.SQLITE_ROW;
    }

    /// <inheritdoc/>
    public void Dispose() => _select.Dispose();
}

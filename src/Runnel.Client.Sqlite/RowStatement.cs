using System.Text;
using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;
using SQLitePCL;

namespace Runnel.Client.Sqlite;

/// <summary>
/// A prepared statement about one row. It binds without parameter objects: a catch-up writes a row for nearly every event. Not safe for
/// use by several threads at once.
/// </summary>
internal sealed class RowStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly RowChecksum _checksum;
    private byte[] _text = new byte[512];

    /// <summary>Prepares a statement whose parameters are kind, stream, name and, if it has more, value and checksum.</summary>
    /// <exception cref="SqliteException">It cannot be prepared.</exception>
    public RowStatement(sqlite3 database, string sql, RowChecksum checksum)
    {
        (_database, _checksum) = (database, checksum);
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    /// <summary>Does what the statement says of the row.</summary>
    /// <exception cref="SqliteException">It failed, and did nothing.</exception>
    public void Run(LocalWrite write)
    {
        Check(raw.sqlite3_bind_int(_statement, 1, (int)write.Key.Kind));
        Bind(2, write.Key.Stream);
        Bind(3, write.Key.Name);
        if (write.Value is { } value)
        {
            Bind(4, value.Span);
            Check(raw.sqlite3_bind_int64(_statement, 5, _checksum.Of(write.Key, value.Span)));
        }
        var result = raw.sqlite3_step(_statement);
        try
        {
            if (result != raw.SQLITE_DONE) Check(result);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Bind(int index, string text)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) is var most && most > _text.Length) _text = new byte[most];
        var length = Encoding.UTF8.GetBytes(text, _text);
        // No bytes at all would be taken for NULL.
        Check(length == 0 ? raw.sqlite3_bind_text(_statement, index, "") : raw.sqlite3_bind_text(_statement, index, _text.AsSpan(0, length)));
    }

    private void Bind(int index, ReadOnlySpan<byte> value) =>
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}

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
    private byte[] _text = new byte[512];

    /// <summary>Prepares a statement whose parameters are kind, stream, name and, if it has five, value and sum.</summary>
    /// <exception cref="SqliteException">It cannot be prepared.</exception>
    public RowStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    /// <summary>Does what the statement says of the row.</summary>
    /// <exception cref="SqliteException">It failed, and did nothing.</exception>
    public void Run(LocalKey row)
    {
        Check(raw.sqlite3_bind_int(_statement, 1, (int)row.Kind));
        Bind(2, row.Stream);
        Bind(3, row.Name);
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

    /// <summary>Does what the statement says of the row with this value.</summary>
    /// <exception cref="SqliteException">It failed, and did nothing.</exception>
    public void Run(LocalKey row, ReadOnlySpan<byte> value, long sum)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, 4, 0) : raw.sqlite3_bind_blob(_statement, 4, value));
        Check(raw.sqlite3_bind_int64(_statement, 5, sum));
        Run(row);
    }

    public void Dispose() => _statement.Dispose();

    private void Bind(int index, string text)
    {
        if (Encoding.UTF8.GetMaxByteCount(text.Length) is var most && most > _text.Length) _text = new byte[most];
        var length = Encoding.UTF8.GetBytes(text, _text);
        // No bytes at all would be taken for NULL.
        Check(length == 0 ? raw.sqlite3_bind_text(_statement, index, "") : raw.sqlite3_bind_text(_statement, index, _text.AsSpan(0, length)));
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}

using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Runnel.Benchmarks.Replicas;

/// <summary>The limit: the rows of a replica's file, written and read with prepared statements and nothing around them.</summary>
internal sealed class SqliteRows : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _insert;

    public SqliteRows(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        Execute("""
            CREATE TABLE IF NOT EXISTS rows(kind INTEGER NOT NULL, stream TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL,
                PRIMARY KEY(kind, stream, name)) WITHOUT ROWID
            """);
        _insert = Prepare("INSERT INTO rows(kind, stream, name, value) VALUES(?, ?, ?, ?)");
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_connection.Handle, sql));

    public void Insert(Row row)
    {
        raw.sqlite3_bind_int(_insert, 1, row.Kind);
        raw.sqlite3_bind_text(_insert, 2, row.Stream);
        raw.sqlite3_bind_text(_insert, 3, row.Name);
        raw.sqlite3_bind_blob(_insert, 4, row.Value);
        Check(raw.sqlite3_step(_insert), raw.SQLITE_DONE);
        raw.sqlite3_reset(_insert);
    }

    /// <summary>Every row of the file, or those of one kind.</summary>
    public List<Row> Read(string where = "")
    {
        using var select = Prepare($"SELECT kind, stream, name, value FROM rows {where}");
        var rows = new List<Row>();
        while (raw.sqlite3_step(select) == raw.SQLITE_ROW)
        {
            rows.Add(new Row(
                raw.sqlite3_column_int(select, 0), raw.sqlite3_column_text(select, 1).utf8_to_string(),
                raw.sqlite3_column_text(select, 2).utf8_to_string(), raw.sqlite3_column_blob(select, 3).ToArray()));
        }
        return rows;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_connection.Handle, sql, out var statement));
        return statement;
    }

    private void Check(int result, int expected = raw.SQLITE_OK)
    {
        if (result != expected) throw new InvalidOperationException(raw.sqlite3_errmsg(_connection.Handle).utf8_to_string());
    }

    internal sealed record Row(int Kind, string Stream, string Name, byte[] Value);
}

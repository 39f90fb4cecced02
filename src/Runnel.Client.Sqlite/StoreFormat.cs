using Microsoft.Data.Sqlite;
using Runnel.Client.LocalStore;

namespace Runnel.Client.Sqlite;

/// <summary>The file's format: makes new files, and brings those of older versions up to this one, with all that is in them.</summary>
/// <remarks>
/// 1: <c>rows(kind, stream, name, value)</c>. 2: each row has a checksum, <c>sum</c> (<see cref="RowSum"/>).
/// </remarks>
internal static class StoreFormat
{
    // "Rnlc" in ASCII: tells this file from any other SQLite file.
    private const int ApplicationId = 0x526E_6C63;
    private const int Version = 2;

    // BINARY collation compares UTF-8 bytes, as names are to be sorted.
    private const string CreateRows =
        "CREATE TABLE rows(kind INTEGER NOT NULL, stream TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY(kind, stream, name)) WITHOUT ROWID;";

    /// <summary>Makes the file a store of this version, in one transaction.</summary>
    /// <exception cref="LocalStoreException">It is another program's, or a newer version's; it is left as it is.</exception>
    /// <exception cref="SqliteException">It cannot be read or written; it is left as it was.</exception>
    public static void Prepare(SqliteConnection file, string path)
    {
        var version = ReadVersion(file, path);   // before anything is changed: the file may be somebody else's
        // FULL: an edit that was flushed survives the loss of power too, not only of the process.
        Execute(file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        if (version == Version) return;
        using var transaction = file.BeginTransaction();
        if (version == 0) Execute(file, CreateRows);
        else AddSums(file);
        Execute(file, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        transaction.Commit();
    }

    /// <summary>The version of the file's format; 0 for an empty file.</summary>
    private static long ReadVersion(SqliteConnection file, string path)
    {
        var (application, version) = (Number(file, "PRAGMA application_id"), Number(file, "PRAGMA user_version"));
        if (application == 0 && version == 0 && Number(file, "SELECT count(*) FROM sqlite_master") == 0) return 0;
        if (application != ApplicationId) throw new LocalStoreException($"{path} is a SQLite file, but no local store of Runnel's.");
        if (version > Version) throw new LocalStoreException($"{path} was written by a newer version of Runnel (format {version}; this one knows {Version}). Update the app.");
        return version;
    }

    /// <summary>1 to 2: the rows as they are, each with its sum.</summary>
    private static void AddSums(SqliteConnection file)
    {
        var sum = new RowSum();
        file.CreateFunction("row_sum", (long kind, string stream, string name, byte[] value) => sum.Of(new LocalKey((LocalKind)kind, stream, name), value));
        Execute(file, $"ALTER TABLE rows RENAME TO rows_1; {CreateRows} INSERT INTO rows SELECT kind, stream, name, value, row_sum(kind, stream, name, value) FROM rows_1; DROP TABLE rows_1;");
    }

    private static void Execute(SqliteConnection file, string text)
    {
        using var command = file.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection file, string text)
    {
        using var command = file.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}

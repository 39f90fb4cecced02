using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Runnel.Server.Sqlite.Files;
using Runnel.Server.Stores;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>What makes an SQLite file a journal of this version.</summary>
internal static class JournalFormat
{
    /// <summary>The number of the row that every journal begins with. It holds no appends: only random bytes, so that no two journals share a chain.</summary>
    public const long Founding = 0;

    /// <summary>
    /// A page costs two writes and a checksum: twice SQLite's usual size saves a fifth of a large commit, and a commit of one event,
    /// which writes one page, hardly notices.
    /// </summary>
    public const int PageBytes = 8192;

    private const int ApplicationId = 0x524E4C4A;   // "RNLJ"
    private const int Version = 1;
    private const int FoundingBytes = 16;

    // The log file keeps so many times what gathers in it, to be written over, which saves the file system's own journal; a larger one is cut back.
    private const int LogsKept = 4;

    /// <summary>Whether the journal is there; <c>false</c> if its making was never finished.</summary>
    /// <exception cref="StreamStoreException">It is another program's file, of a newer version, damaged, or shorter than the mark says.</exception>
    public static bool IsThere(SqliteConnection connection, string path, SyncedMark? mark)
    {
        var (application, version) = (Read(connection, "application_id"), Read(connection, "user_version"));
        var hasTables = Query(connection, "SELECT count(*) FROM sqlite_schema") > 0;
        if (application == 0 && version == 0 && !hasTables)
        {
            return mark is null ? false : throw JournalFault.EndsEarly(path, -1, mark).ToException();
        }
        if (application != ApplicationId)
        {
            throw new StreamStoreException(StoreFault.Unusable, $"{path} is not a Runnel journal: its application id is {application}, expected {ApplicationId}.");
        }
        if (version > Version)
        {
            throw new StreamStoreException(
                StoreFault.Unusable, $"{path} was written by a newer version of Runnel: its format is {version}, and this version reads up to {Version}. Use the newer one.");
        }
        if (version < Version) throw new StreamStoreException(StoreFault.Damaged, $"{path} is damaged: its format is {version}, expected {Version}.");
        if (Text(connection, "PRAGMA journal_mode") is var mode and not "wal")
        {
            throw new StreamStoreException(StoreFault.Damaged, $"{path} is damaged: its journal mode is '{mode}', expected 'wal'.");
        }
        return true;
    }

    /// <summary>Makes an empty journal, in one transaction.</summary>
    public static void Create(SqliteConnection connection)
    {
        var founding = RandomNumberGenerator.GetBytes(FoundingBytes);
        var chain = new JournalChain().Next(Founding, JournalChain.Before, founding);
        Execute(connection, $"PRAGMA page_size = {PageBytes}");
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = FULL");
        Execute(connection, $"""
            BEGIN IMMEDIATE;
            CREATE TABLE commits (
                number INTEGER PRIMARY KEY,
                chain BLOB NOT NULL,
                directory BLOB NOT NULL,
                events BLOB NOT NULL);
            INSERT INTO commits VALUES ({Founding}, x'{Convert.ToHexString(chain)}', x'{Convert.ToHexString(founding)}', x'');
            PRAGMA application_id = {ApplicationId};
            PRAGMA user_version = {Version};
            COMMIT;
            """);
    }

    /// <summary>Sets what a connection that writes needs.</summary>
    public static void Configure(SqliteConnection connection, string path, long logBytes)
    {
        Execute(connection, "PRAGMA synchronous = FULL");          // each commit is synced before it returns
        Execute(connection, "PRAGMA fullfsync = ON");              // where an fsync alone does not reach the medium
        Execute(connection, "PRAGMA checkpoint_fullfsync = ON");
        Execute(connection, "PRAGMA cell_size_check = ON");        // a damaged page is found when it is read
        Execute(connection, "PRAGMA trusted_schema = OFF");
        Execute(connection, "PRAGMA wal_autocheckpoint = 0");      // the checkpointer's work: SQLite's own hides its errors
        Execute(connection, $"PRAGMA journal_size_limit = {LogsKept * logBytes}");
        if (Read(connection, "synchronous") != 2) throw new StreamStoreException(StoreFault.Unusable, $"{path} cannot be synced at each commit.");
    }

    private static long Read(SqliteConnection connection, string pragma) => Query(connection, $"PRAGMA {pragma}");

    private static long Query(SqliteConnection connection, string sql) => Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

    private static string? Text(SqliteConnection connection, string sql) => Scalar(connection, sql) as string;

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

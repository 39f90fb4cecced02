using Microsoft.Data.Sqlite;
using Runnel.Server.Stores;
using SQLitePCL;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>SQLite's result codes as faults of the store.</summary>
internal static class SqliteFault
{
    // Extended codes: the primary one in the low byte.
    private const int ShortRead = raw.SQLITE_IOERR | (2 << 8);
    private const int SyncFailed = raw.SQLITE_IOERR | (4 << 8);
    private const int DirectorySyncFailed = raw.SQLITE_IOERR | (5 << 8);
    private const int SharedMemorySize = raw.SQLITE_IOERR | (19 << 8);
    private const int DataChecksum = raw.SQLITE_IOERR | (32 << 8);
    private const int FileSystemCorrupt = raw.SQLITE_IOERR | (33 << 8);

    /// <summary>Whether a call succeeded, or has a row, or is done.</summary>
    public static bool IsFine(int result) => result is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE;

    /// <summary>The fault of the last call on <paramref name="database"/>.</summary>
    public static StreamStoreException Of(sqlite3 database, string what) =>
        From(raw.sqlite3_extended_errcode(database), raw.sqlite3_errmsg(database).utf8_to_string(), what);

    /// <summary>The fault that <paramref name="exception"/> tells of.</summary>
    public static StreamStoreException From(SqliteException exception, string what) => From(exception.SqliteExtendedErrorCode, exception.Message, what, exception);

    /// <summary>Whether the device may have lost what it was to write, so that no later sync can be trusted.</summary>
    public static bool IsSyncFailure(StreamStoreException exception) =>
        exception.Data[nameof(SqliteFault)] is SyncFailed or DirectorySyncFailed || exception.Fault == StoreFault.Damaged;

    private static StreamStoreException From(int code, string message, string what, Exception? inner = null)
    {
        var fault = new StreamStoreException(FaultOf(code), $"{what}: {message} (SQLite {code}).", inner);
        fault.Data[nameof(SqliteFault)] = code;
        return fault;
    }

    private static StoreFault FaultOf(int code) => code switch
    {
        // The shared memory's file cannot grow: there is no room for it either.
        SharedMemorySize => StoreFault.Full,
        ShortRead or DataChecksum or FileSystemCorrupt => StoreFault.Damaged,
        _ => (code & 0xFF) switch
        {
            raw.SQLITE_FULL => StoreFault.Full,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT => StoreFault.Damaged,
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => StoreFault.Unusable,
            _ => StoreFault.Failed,
        },
    };
}

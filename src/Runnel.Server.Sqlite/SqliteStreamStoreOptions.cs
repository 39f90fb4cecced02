namespace Runnel.Server.Sqlite;

/// <summary>Where a <see cref="SqliteStreamStore"/> keeps its journal.</summary>
public sealed class SqliteStreamStoreOptions
{
    /// <summary>The data directory; made where it is missing. One process at a time has it.</summary>
    public string DataDirectory { get; set; } = "runnel-data";

    /// <summary>
    /// How many bytes of commits gather in the write-ahead log before they are moved into the journal, 64 KiB at least. Moving costs two
    /// syncs: with the default, fewer than one large commit in a hundred waits for them, and what a crash leaves to be read again is little.
    /// </summary>
    public long LogBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>The clock that says when to write down which commit was synced last.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

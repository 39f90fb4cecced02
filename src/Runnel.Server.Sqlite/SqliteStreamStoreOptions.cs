namespace Runnel.Server.Sqlite;

/// <summary>Where a <see cref="SqliteStreamStore"/> keeps its journal.</summary>
public sealed class SqliteStreamStoreOptions
{
    /// <summary>The data directory; made where it is missing. One process at a time has it.</summary>
    public string DataDirectory { get; set; } = "runnel-data";

    /// <summary>The clock that says when to write down which commit was synced last.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

using Runnel.Server.Sqlite.Files;
using Runnel.Server.Sqlite.Journal;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite;

/// <summary>
/// Walks a journal that is not in use: numbers, chain and directories as at open, and beyond that every event (checksum, JSON, seq,
/// author, the author's number and precedingSeq) and every page of the file. Changes nothing.
/// </summary>
public static class JournalVerifier
{
    /// <summary>Verifies the journal in <paramref name="directory"/>, to the first fault. Takes time in proportion to its size.</summary>
    /// <exception cref="StreamStoreException">The directory is in use, cannot be written, or holds no journal of this version (<see cref="StoreFault.Unusable"/>).</exception>
    public static JournalReport Verify(string directory, CancellationToken cancellationToken = default)
    {
        directory = Path.GetFullPath(directory);
        var path = Path.Combine(directory, JournalFile.FileName);
        if (!Directory.Exists(directory) || !JournalFile.HasTraces(directory)) throw new StreamStoreException(StoreFault.Unusable, $"There is no journal in '{directory}'.");
        using var directoryLock = DirectoryLock.Take(directory);
        using var replay = new JournalReplay(path);
        var events = new EventVerifier(replay.Index, path);
        JournalFault? fault;
        try
        {
            fault = Walk(directory, replay, events, cancellationToken);
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Damaged)
        {
            fault = JournalFault.Of(exception) ?? new JournalFault(JournalFaultKind.File, replay.Last + 1, null, null, exception.Message);
        }
        return new JournalReport(replay.Last + 1, replay.Index.Count, events.Count, events.Bytes, fault);
    }

    private static JournalFault? Walk(string directory, JournalReplay replay, EventVerifier events, CancellationToken cancellationToken)
    {
        var (mark, markFault) = ReadMark(directory);
        using var connection = JournalFile.OpenForReading(directory, mark);
        using var reader = new BlockReader(JournalFile.OpenForReading(directory, mark), connection.DataSource);
        using (var rows = new JournalCursor(connection, connection.DataSource))
        {
            while (rows.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var fault = replay.Take(rows, out var entries) ?? events.Verify(reader, rows.Number, entries);
                if (fault is not null) return fault;
            }
        }
        return replay.CheckEnd(mark) ?? markFault ?? CheckPages(connection);
    }

    // The journal itself is looked at first: a damaged mark beside a whole journal is the smaller matter.
    private static (SyncedMark? Mark, JournalFault? Fault) ReadMark(string directory)
    {
        try
        {
            return (SyncedMark.Read(directory), null);
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Damaged)
        {
            return (null, new JournalFault(JournalFaultKind.File, null, null, null, exception.Message));
        }
    }

    private static JournalFault? CheckPages(Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check(1)";
        try
        {
            return command.ExecuteScalar() is "ok" ? null : Fault("its pages are not as SQLite left them");
        }
        catch (Microsoft.Data.Sqlite.SqliteException exception)
        {
            return Fault(exception.Message);
        }

        JournalFault Fault(string what) => new(JournalFaultKind.File, null, null, null, $"{connection.DataSource} is damaged, though every commit can be read: {what}.");
    }
}

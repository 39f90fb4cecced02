namespace Runnel.Server.Sqlite;

/// <summary>What a verification found, up to its end or to the first fault.</summary>
/// <param name="Commits">How many commits are whole.</param>
/// <param name="Streams">How many streams there are, as of the last of them.</param>
/// <param name="Events">How many events they hold, those of deleted streams included.</param>
/// <param name="Bytes">How many bytes these events take.</param>
/// <param name="Fault">The first fault; <c>null</c> if the journal is as it was written.</param>
public sealed record JournalReport(long Commits, int Streams, long Events, long Bytes, JournalFault? Fault);

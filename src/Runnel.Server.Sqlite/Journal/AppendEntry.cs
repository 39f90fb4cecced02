using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// What a commit's directory says of one append. Streams and clients have numbers in the journal, given in the order in which they
/// first come, so that an append costs bytes for its events and not for names.
/// </summary>
/// <param name="Stream">The stream's number; for a creation, the next one.</param>
/// <param name="ExpectedHead">The head before.</param>
internal sealed record AppendEntry(int Stream, long ExpectedHead)
{
    /// <summary>Name, id and time of a stream that this append creates.</summary>
    public NewStream? Created { get; init; }

    /// <summary>The settings, if the append creates the stream or replaces them.</summary>
    public StreamSettings? Settings { get; init; }

    /// <summary>Whether the stream ends here.</summary>
    public bool IsDelete { get; init; }

    /// <summary>Where the events are; the default if there are none.</summary>
    public EntryBlock Block { get; init; }

    /// <summary>What the events say of their clients.</summary>
    public EntryRun[] Runs { get; init; } = [];

    /// <summary>What the events name for the first time.</summary>
    public IReadOnlyList<NewName> NewNames { get; init; } = [];
}

/// <summary>A stream's birth.</summary>
internal sealed record NewStream(StreamName Name, string Id, DateTimeOffset CreatedAt);

/// <summary>The events of one append in the bytes of its commit.</summary>
/// <param name="Events">How many.</param>
/// <param name="Offset">Where they begin: right behind the block before.</param>
/// <param name="Length">How many bytes they take.</param>
/// <param name="Checksum">The XxHash128 of these bytes.</param>
internal readonly record struct EntryBlock(int Events, int Offset, int Length, UInt128 Checksum);

/// <summary>A run of one client's events.</summary>
/// <param name="Client">The client's number in the stream.</param>
/// <param name="NewClient">Its id, if it comes for the first time.</param>
/// <param name="FirstClientSeq">The first event's clientSeq.</param>
/// <param name="Count">How many events; 0 for a raised session alone.</param>
/// <param name="After">What is known of the client once the run is stored.</param>
internal readonly record struct EntryRun(int Client, ClientId? NewClient, long FirstClientSeq, int Count, ClientState After);

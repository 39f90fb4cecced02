namespace Runnel.Server.Stores;

/// <summary>What one commit does to one stream: everything in it becomes durable together, or nothing.</summary>
public sealed record StreamAppend
{
    /// <summary>The stream.</summary>
    public required StreamName Stream { get; init; }

    /// <summary>The id of the stream that is meant; for a creation, the new id.</summary>
    public required string StreamId { get; init; }

    /// <summary>What the head must be before; the first event gets the seq after it.</summary>
    public required Seq ExpectedHead { get; init; }

    /// <summary>Creates the stream or replaces its settings (<see cref="StreamHeader.Head"/> is not looked at); <c>null</c> to leave them.</summary>
    public StreamHeader? Header { get; init; }

    /// <summary>Whether the stream is removed, with all its events; nothing else is in the append then.</summary>
    public bool IsDelete { get; init; }

    /// <summary>The events, numbered on from <see cref="ExpectedHead"/>; may be empty.</summary>
    public IReadOnlyList<EncodedEvent> Events { get; init; } = [];

    /// <summary>What the events say of their clients, in the order of the events; a run of no events only raises a session.</summary>
    public IReadOnlyList<ClientRun> Runs { get; init; } = [];

    /// <summary>Collections and fields that no earlier event had named.</summary>
    public IReadOnlyList<NewName> NewNames { get; init; } = [];
}

/// <summary>A run of events of one client in an append: consecutive in the stream and in the client's numbers.</summary>
/// <param name="Client">The author.</param>
/// <param name="FirstClientSeq">The first event's clientSeq; with no events, the client's next.</param>
/// <param name="Count">How many events; 0 for a raised session alone.</param>
/// <param name="After">What is known of the client once the run is stored.</param>
public sealed record ClientRun(ClientId Client, long FirstClientSeq, int Count, ClientState After);

/// <summary>A collection, or a field of it, that an event names for the first time.</summary>
/// <param name="Collection">The collection.</param>
/// <param name="Field">The field; <c>null</c> for the collection itself.</param>
public readonly record struct NewName(CollectionName Collection, FieldName? Field);

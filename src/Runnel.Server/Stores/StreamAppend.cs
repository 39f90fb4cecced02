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

    /// <summary>
    /// Creates the stream, or replaces its settings and nothing else of it (<see cref="StreamHeader.Head"/> is not looked at);
    /// <c>null</c> to leave them.
    /// </summary>
    public StreamHeader? Header { get; init; }

    /// <summary>Whether the stream is removed, with all its events; nothing else is in the append then.</summary>
    public bool IsDelete { get; init; }

    /// <summary>The events, numbered on from <see cref="ExpectedHead"/>; may be empty.</summary>
    public IReadOnlyList<EncodedEvent> Events { get; init; } = [];

    /// <summary>
    /// What the events say of their clients, in the order of the events and covering each of them; a run of no events only raises a
    /// session. A run's numbers follow those that the store holds of its client: a store may refuse others as a mistake of its caller.
    /// </summary>
    public IReadOnlyList<ClientRun> Runs { get; init; } = [];

    /// <summary>Collections and fields that no earlier event had named.</summary>
    public IReadOnlyList<NewName> NewNames { get; init; } = [];

    /// <summary>
    /// Looks for mistakes that no store could mend: a stream named twice, events that are not numbered on from the expected head, a
    /// header of another stream, a delete that does something else as well.
    /// </summary>
    /// <exception cref="ArgumentException">The group holds one; its message says which.</exception>
    public static void ThrowIfUnfit(IReadOnlyList<StreamAppend> group)
    {
        var streams = new HashSet<StreamName>(group.Count);
        foreach (var append in group)
        {
            if (!streams.Add(append.Stream)) throw Unfit(append, "is named twice in one group");
            if (append.Header is { } header && (header.Name != append.Stream || header.Id != append.StreamId)) throw Unfit(append, $"gets a header of '{header.Name}', id {header.Id}");
            if (append.IsDelete && (append.Header is not null || append.Events.Count + append.Runs.Count + append.NewNames.Count > 0)) throw Unfit(append, "is deleted and written to at once");
            for (var i = 0; i < append.Events.Count; i++)
            {
                if (append.Events[i].Seq - append.ExpectedHead != i + 1) throw Unfit(append, $"gets event {i + 1} after seq {append.ExpectedHead} as seq {append.Events[i].Seq}");
            }
        }
    }

    private static ArgumentException Unfit(StreamAppend append, string what) => new($"Stream '{append.Stream}' (id {append.StreamId}) {what}.");
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

using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>What the server says on a WebSocket. Never changes.</summary>
public abstract record ServerMessage
{
    private ServerMessage() { }

    /// <summary>The stream that it is about; <c>null</c> if it is about the connection.</summary>
    public StreamName? About => this switch
    {
        Subscribed subscribed => subscribed.Stream,
        Events events => events.Stream,
        Published published => published.Stream,
        Fetched fetched => fetched.Stream,
        Signal signal => signal.Stream,
        Error error => StreamName.TryParse(error.Stream, out var stream) ? stream : null,
        _ => null,
    };

    /// <summary>Answers hello.</summary>
    /// <param name="Version">The protocol's version: 1.</param>
    /// <param name="Limits">What the server accepts.</param>
    public sealed record Welcome(int Version, ProtocolLimits Limits) : ServerMessage;

    /// <summary>Answers subscribe; the events follow.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="Id">Its identity.</param>
    /// <param name="Head">Its head now.</param>
    /// <param name="Settings">How its records merge.</param>
    /// <param name="LastClientSeq">The highest number of this client in the stream; 0 if none.</param>
    /// <param name="Nonce">The nonce of the batch that held it; <c>null</c> if it had none.</param>
    public sealed record Subscribed(StreamName Stream, string Id, Seq Head, StreamSettings Settings, long LastClientSeq, string? Nonce) : ServerMessage;

    /// <summary>Covers <paramref name="From"/> to <paramref name="To"/> of a stream.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="From">The first seq that is covered.</param>
    /// <param name="To">The last seq that is covered.</param>
    /// <param name="Items">The events of that range that concern this subscriber, in order.</param>
    public sealed record Events(StreamName Stream, Seq From, Seq To, IReadOnlyList<StreamEvent> Items) : ServerMessage;

    /// <summary>A batch is durable.</summary>
    /// <param name="Ref">The publish's ref.</param>
    /// <param name="Stream">The stream.</param>
    /// <param name="Seqs">The events' seqs.</param>
    public sealed record Published(long Ref, StreamName Stream, IReadOnlyList<Seq> Seqs) : ServerMessage;

    /// <summary>Part of the answer to a fetch, covering <paramref name="From"/> to <paramref name="To"/> exactly.</summary>
    /// <param name="Ref">The fetch's ref.</param>
    /// <param name="Stream">The stream.</param>
    /// <param name="From">The first seq that is covered.</param>
    /// <param name="To">The last seq that is covered.</param>
    /// <param name="Items">All events of that range, in order.</param>
    /// <param name="IsLast">Whether the answer ends here.</param>
    public sealed record Fetched(long Ref, StreamName Stream, Seq From, Seq To, IReadOnlyList<StreamEvent> Items, bool IsLast) : ServerMessage;

    /// <summary>Something ephemeral from another subscriber.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="Client">Who sent it.</param>
    /// <param name="Data">Any JSON.</param>
    public sealed record Signal(StreamName Stream, ClientId Client, ReadOnlyMemory<byte> Data) : ServerMessage;

    /// <summary>Something was refused.</summary>
    /// <param name="Ref">The ref of what was refused, if it had one.</param>
    /// <param name="Stream">The stream that is concerned, if one is.</param>
    /// <param name="Code">The stable code, also one that this version does not know.</param>
    /// <param name="Message">For people.</param>
    /// <param name="IsRetryable">Whether the same may succeed later, unchanged.</param>
    public sealed record Error(long? Ref, string? Stream, string Code, string Message, bool IsRetryable) : ServerMessage;
}

/// <summary>What a server accepts.</summary>
/// <param name="EventBytes">The largest event.</param>
/// <param name="BatchEvents">The most events of a batch.</param>
/// <param name="BatchBytes">The largest batch.</param>
/// <param name="Streams">The most streams of a connection.</param>
public sealed record ProtocolLimits(int EventBytes, int BatchEvents, int BatchBytes, int Streams);

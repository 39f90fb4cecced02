using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>What a client says on a WebSocket. Never changes.</summary>
public abstract record ClientMessage
{
    private ClientMessage() { }

    /// <summary>What an answer to this message carries as its <c>ref</c> and <c>stream</c>, as far as the message has them.</summary>
    public (long? Ref, string? Stream) Address => this switch
    {
        Subscribe subscribe => (null, subscribe.Stream.Value),
        Unsubscribe unsubscribe => (null, unsubscribe.Stream.Value),
        Publish publish => (publish.Ref, publish.Stream.Value),
        Fetch fetch => (fetch.Ref, fetch.Stream.Value),
        Signal signal => (null, signal.Stream.Value),
        Unreadable unreadable => (unreadable.Ref, unreadable.Stream),
        _ => (null, null),
    };

    /// <summary>Says who is there; the first message of a connection. A later one may renew the token, nothing else.</summary>
    /// <param name="Client">The client.</param>
    /// <param name="Session">Its session, stored one higher before each connection; <c>null</c> for a client that keeps none.</param>
    /// <param name="Token">What proves who is logged in, where that is asked for.</param>
    public sealed record Hello(ClientId Client, long? Session = null, string? Token = null) : ClientMessage;

    /// <summary>Asks for a stream's events from just past <paramref name="After"/>; again: moves the cursor.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="After">The end of the prefix that the client holds.</param>
    /// <param name="Create">The settings to create the stream with if it is not there; <c>null</c> not to.</param>
    /// <param name="Id">The id of the stream that the client holds a prefix of; <c>null</c> if it holds none.</param>
    public sealed record Subscribe(StreamName Stream, Seq After, StreamSettings? Create = null, string? Id = null) : ClientMessage;

    /// <summary>Asks for no more events of a stream.</summary>
    /// <param name="Stream">The stream.</param>
    public sealed record Unsubscribe(StreamName Stream) : ClientMessage;

    /// <summary>Publishes a batch.</summary>
    /// <param name="Ref">Comes back with the answer.</param>
    /// <param name="Stream">The stream.</param>
    /// <param name="Events">The events; empty if <paramref name="ShapeRefusal"/> says what was wrong with them.</param>
    /// <param name="Nonce">The batch's nonce.</param>
    /// <param name="ShapeRefusal">What was wrong with the events.</param>
    public sealed record Publish(long Ref, StreamName Stream, IReadOnlyList<EventDraft> Events, string? Nonce = null, Refusal? ShapeRefusal = null) : ClientMessage;

    /// <summary>Asks for ranges of a stream's events, each answered exactly.</summary>
    /// <param name="Ref">Comes back with the answer.</param>
    /// <param name="Stream">The stream.</param>
    /// <param name="Ranges">The ranges; at least one.</param>
    public sealed record Fetch(long Ref, StreamName Stream, IReadOnlyList<SeqRange> Ranges) : ClientMessage;

    /// <summary>Sends something ephemeral to the stream's other subscribers.</summary>
    /// <param name="Stream">The stream.</param>
    /// <param name="Data">Any JSON.</param>
    public sealed record Signal(StreamName Stream, ReadOnlyMemory<byte> Data) : ClientMessage;

    /// <summary>Cannot be read or done; the answer is an error.</summary>
    /// <param name="Ref">The message's ref, as far as it could be read.</param>
    /// <param name="Stream">The message's stream, likewise.</param>
    /// <param name="Refusal">What is wrong.</param>
    public sealed record Unreadable(long? Ref, string? Stream, Refusal Refusal) : ClientMessage;
}

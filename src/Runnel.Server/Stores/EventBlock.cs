namespace Runnel.Server.Stores;

/// <summary>An event as the bytes that are stored and delivered: encoded once, shared by storage, replay and all subscribers.</summary>
/// <param name="Seq">The event's number.</param>
/// <param name="Json">The event as JSON (EventCodec). Not to be changed.</param>
public readonly record struct EncodedEvent(Seq Seq, ReadOnlyMemory<byte> Json);

/// <summary>A gapless run of stored events.</summary>
/// <param name="Events">The events in seq order; at least one.</param>
public sealed record EventBlock(IReadOnlyList<EncodedEvent> Events)
{
    /// <summary>
    /// The id of the stream that the events belong to: a reader that goes by name sees in it that the stream was deleted and made
    /// anew since it last looked.
    /// </summary>
    public string StreamId { get; init; } = "";

    /// <summary>The first event's seq.</summary>
    public Seq From => Events[0].Seq;

    /// <summary>The last event's seq.</summary>
    public Seq To => Events[^1].Seq;
}

namespace Runnel;

/// <summary>An event with its author and its place in the stream; while it is pending it has no seq yet.</summary>
/// <param name="Seq">The event's number in the stream; <see cref="Seq.None"/> while it is pending in its author's outbox.</param>
/// <param name="Client">The author.</param>
/// <param name="At">The server's commit time, for people to read, never used for order; the default while pending.</param>
/// <param name="Event">What was authored.</param>
public sealed record StreamEvent(Seq Seq, ClientId Client, DateTimeOffset At, Event Event)
{
    /// <summary>The event's place in causal order.</summary>
    public Stamp Stamp => new(Event.PrecedingSeq, Client, Event.ClientSeq);

    /// <summary>Whether the event has no seq yet.</summary>
    public bool IsPending => Seq.IsNone;
}

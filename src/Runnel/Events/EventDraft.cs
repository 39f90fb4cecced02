namespace Runnel;

/// <summary>
/// An event as sent: by hand, its numbers may be left out; the home then takes the client's next number and the head at arrival.
/// </summary>
/// <param name="ClientSeq">The author's counter, from 1; <c>null</c> for the client's next, which is then not idempotent.</param>
/// <param name="PrecedingSeq">What the author had seen; <c>null</c> for the head at arrival or, on a resend, what is stored.</param>
/// <param name="Op">What is done.</param>
/// <param name="Key">The object.</param>
/// <param name="Fields">The fields; empty for a delete.</param>
/// <param name="Blind">Whether the author knew nothing of the object but its own events.</param>
public sealed record EventDraft(long? ClientSeq, Seq? PrecedingSeq, EventOp Op, ObjectKey Key, EventFields Fields, bool Blind = false)
{
    /// <summary>The event with its numbers; those that were sent win.</summary>
    public Event Complete(long clientSeq, Seq precedingSeq) => new(ClientSeq ?? clientSeq, PrecedingSeq ?? precedingSeq, Op, Key, Fields, Blind);

    /// <summary>Whether this is a resend of <paramref name="stored"/>: the same content, a number left out counting as equal.</summary>
    public bool HasContentOf(Event stored) =>
        Op == stored.Op && Key == stored.Key && Blind == stored.Blind && Fields.Equals(stored.Fields)
        && (PrecedingSeq is not { } preceding || preceding == stored.PrecedingSeq);
}

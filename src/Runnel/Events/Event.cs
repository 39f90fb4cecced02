namespace Runnel;

/// <summary>One mutation of one object, the smallest delta that says it, as its author made it. Never changes.</summary>
/// <param name="ClientSeq">The author's own counter in the stream: 1, 2, 3 … without a gap.</param>
/// <param name="PrecedingSeq">The end of the gapless prefix that the author had reconciled: "this is what I had seen".</param>
/// <param name="Op">What is done.</param>
/// <param name="Key">The object.</param>
/// <param name="Fields">The fields of an insert (perhaps none) or of an update (at least one); empty for a delete.</param>
/// <param name="Blind">Whether the author knew nothing of the object but its own events.</param>
public sealed record Event(long ClientSeq, Seq PrecedingSeq, EventOp Op, ObjectKey Key, EventFields Fields, bool Blind = false);

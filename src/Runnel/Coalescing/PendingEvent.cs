namespace Runnel.Coalescing;

/// <summary>An event in its author's outbox, or about to join it. Never changes.</summary>
/// <param name="Event">The event, without a seq; its clientSeq is its place in the outbox.</param>
/// <param name="IsFrozen">Whether its form is fixed, because it may have been sent.</param>
/// <param name="Batch">Which of the author's atomic batches it belongs to; <c>null</c> for none.</param>
public sealed record PendingEvent(StreamEvent Event, bool IsFrozen = false, long? Batch = null);

using Runnel.Protocol;

namespace Runnel.Client.Outbox;

/// <summary>An event that was made here and has not yet come back with a seq: waiting, on its way, or rejected and kept. Never changes.</summary>
/// <param name="Place">Its place in the outbox; later ones are larger, and none is used twice.</param>
/// <param name="Draft">The event. It has a clientSeq once it is frozen, and what its author had seen from the start.</param>
/// <param name="Batch">The batch it belongs to, which is published whole; <c>null</c> for none.</param>
public sealed record PendingEvent(long Place, EventDraft Draft, long? Batch)
{
    // Beyond every clientSeq that is in use: what is not frozen yet comes after what is.
    private const long UnfrozenBase = 1L << 52;

    /// <summary>The nonce of the publish that it was frozen for; <c>null</c> while it is not frozen.</summary>
    public string? Nonce { get; init; }

    /// <summary>Why the server refused it for good; <c>null</c> if it did not.</summary>
    public Refusal? Rejection { get; init; }

    /// <summary>What its author had seen of the fields that it writes, or of the whole object if another has deleted that meanwhile: a JSON object.</summary>
    public CanonicalJson? Was { get; init; }

    /// <summary>The object.</summary>
    public ObjectKey Key => Draft.Key;

    /// <summary>Whether it has its number and will be sent as it is, until its outcome is known.</summary>
    public bool IsFrozen => Draft.ClientSeq is not null;

    /// <summary>The event as the author's replica merges it over what is confirmed.</summary>
    public StreamEvent ToStreamEvent(ClientId client) => new(Seq.None, client, default, Draft.Complete(UnfrozenBase + Place, Seq.None));

    /// <summary>The event with its number, to be sent.</summary>
    public PendingEvent Freeze(long clientSeq, string nonce) => this with { Draft = Draft with { ClientSeq = clientSeq }, Nonce = nonce };

    /// <summary>The event without a number: it was not used up.</summary>
    public PendingEvent Unfreeze() => this with { Draft = Draft with { ClientSeq = null }, Nonce = null };

    /// <summary>The event set aside, with the reason.</summary>
    public PendingEvent Reject(Refusal refusal) => Unfreeze() with { Rejection = refusal };
}

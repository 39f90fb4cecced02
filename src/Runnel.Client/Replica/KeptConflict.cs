using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>A write that was overwritten by one whose author had not seen it, as the local store keeps it. Never changes.</summary>
/// <param name="Id">The conflict's number in the replica.</param>
/// <param name="Key">The object.</param>
/// <param name="Overwrite">What was lost, to what, by which rule.</param>
/// <param name="Won">The value that the field has instead; <c>null</c> if that is no plain value.</param>
/// <param name="Was">The fields, as far as they are known here, as the author of the event that arrived last had seen them; a JSON object.</param>
internal sealed record KeptConflict(long Id, ObjectKey Key, Overwrite Overwrite, CanonicalJson? Won = null, CanonicalJson? Was = null)
{
    /// <summary>The event that arrived last of the two: its author's device has both, and what it had seen before.</summary>
    public Writer Latest => Overwrite.Winner.Seq > Overwrite.Loser.Seq ? Overwrite.Winner : Overwrite.Loser;
}

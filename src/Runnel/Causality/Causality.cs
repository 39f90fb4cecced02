namespace Runnel;

/// <summary>Who had seen whom, among the events of one stream: told from their numbers alone.</summary>
/// <remarks>
/// Because the server numbers a stream and an author reconciles a gapless prefix of it, the prefix's end and the author's own count
/// say all that a version vector would. Two rules make that true: nothing beyond a gap is reconciled or shown, and along one
/// client's clientSeqs precedingSeq never falls.
/// </remarks>
public static class Causality
{
    /// <summary>
    /// Says how <paramref name="left"/> stands to <paramref name="right"/> by what their authors had seen. Both are of one stream;
    /// a pending event has been seen by its author's later events only.
    /// </summary>
    public static CausalOrder Compare(StreamEvent left, StreamEvent right)
    {
        if (IsSame(left, right)) return CausalOrder.Equal;
        if (HappenedBefore(left, right)) return CausalOrder.Before;
        return HappenedBefore(right, left) ? CausalOrder.After : CausalOrder.Concurrent;
    }

    /// <summary>Whether the author of <paramref name="later"/> had seen <paramref name="earlier"/>, another event, when it made its own.</summary>
    public static bool HappenedBefore(StreamEvent earlier, StreamEvent later) =>
        earlier.Client == later.Client
            ? earlier.Event.ClientSeq < later.Event.ClientSeq
            : !earlier.IsPending && earlier.Seq <= later.Event.PrecedingSeq;

    private static bool IsSame(StreamEvent left, StreamEvent right) =>
        left.Client == right.Client && left.Event.ClientSeq == right.Event.ClientSeq;
}

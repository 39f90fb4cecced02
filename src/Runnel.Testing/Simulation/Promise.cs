namespace Runnel.Testing.Simulation;

/// <summary>What Runnel promises, as far as a simulation can see it broken.</summary>
public enum Promise
{
    /// <summary>What is acknowledged is on the disk, at the acknowledged seq.</summary>
    AcknowledgedIsDurable,

    /// <summary>Every edit is stored once at most, however often it is sent; sent again, it is answered with the seqs of the first time.</summary>
    ExactlyOnce,

    /// <summary>Nothing is stored or shown that its author did not send as it stands there.</summary>
    NothingInvented,

    /// <summary>The seqs of a stream are 1 to its head.</summary>
    Gapless,

    /// <summary>A seq that was given to a durable event is never given to another.</summary>
    NeverReused,

    /// <summary>A batch is stored as one contiguous run, or not at all.</summary>
    AtomicBatches,

    /// <summary>The events of one author stand in the order in which it made them, none skipped, and none claims to have seen less than an earlier one.</summary>
    AuthorsOrder,

    /// <summary>A reader is shown nothing that a crash could still take back.</summary>
    ReadersSeeDurableOnly,

    /// <summary>What a reader has seen stays there, and stays the same.</summary>
    SeenStays,

    /// <summary>A deleted stream stays gone: its name begins anew with another id, and its readers learn of it.</summary>
    DeletedIsGone,

    /// <summary>What must be refused is refused, with the code that says why, and leaves nothing behind.</summary>
    WrongIsRefused,

    /// <summary>What is right is not refused for good.</summary>
    RightIsAccepted,

    /// <summary>The first answer for good that a session gets makes it durable: from then on lower sessions change nothing.</summary>
    SessionsAreDurable,

    /// <summary>A client that comes back is told the truth about what is known of it.</summary>
    ResumesTruly,

    /// <summary>Every edit of a user is in the stream, or waits in the outbox as it was made, or was refused and is kept.</summary>
    NoEditIsLost,

    /// <summary>What coalescing makes of edits says what they say, and does not say what others had not seen.</summary>
    CoalescedUnseen,

    /// <summary>A user sees the own edits from the moment they are made, over what the stream holds.</summary>
    OwnEditsShown,

    /// <summary>What a user moves stands where it was put, and nobody else has chosen the same place.</summary>
    MovedAsAsked,

    /// <summary>What the author of an app says must hold, holds.</summary>
    AppInvariant,

    /// <summary>Replicas that hold the same prefix have the same merge state, also after they were read from their disks again.</summary>
    Convergent,

    /// <summary>Once the faults are over, everything accepted is stored, answered and shown, within ten seconds.</summary>
    Live,

    /// <summary>Nothing throws that has no reason to.</summary>
    NeverFaults,
}

/// <summary>A promise that a simulation has seen broken.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="Details">Where and how.</param>
public sealed record BrokenPromise(Promise Promise, string Details)
{
    /// <summary>The promise and how it was broken.</summary>
    public override string ToString() => $"{Promise}: {Details}";
}

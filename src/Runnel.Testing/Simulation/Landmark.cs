namespace Runnel.Testing.Simulation;

/// <summary>A fault or a branch that simulations must come by: what is never reached is not tested.</summary>
public enum Landmark
{
    /// <summary>A frame was lost.</summary>
    FrameLost,

    /// <summary>A frame arrived twice.</summary>
    FrameDuplicated,

    /// <summary>A frame was sent so that it could overtake others.</summary>
    FrameOvertaking,

    /// <summary>A frame of a dead connection arrived at the server.</summary>
    FrameOfDeadConnection,

    /// <summary>A connection broke, and the server did not notice.</summary>
    HalfOpenAtServer,

    /// <summary>A connection broke, and the client did not notice.</summary>
    HalfOpenAtClient,

    /// <summary>A link let nothing through one way.</summary>
    LinkCutOneWay,

    /// <summary>A link let nothing through both ways.</summary>
    LinkCutBothWays,

    /// <summary>A client found no server.</summary>
    ConnectionRefused,

    /// <summary>The server crashed with nothing on its way to the disk.</summary>
    CrashedIdle,

    /// <summary>The server crashed, and a write that was not synced was lost.</summary>
    CrashLostWrite,

    /// <summary>The server crashed, and a write that was not synced was kept.</summary>
    CrashKeptWrite,

    /// <summary>The server started again over what it had stored.</summary>
    Restarted,

    /// <summary>A clock went back.</summary>
    ClockWentBack,

    /// <summary>A commit failed with nothing written.</summary>
    CommitFailedUnwritten,

    /// <summary>A commit was written, but not synced.</summary>
    CommitFailedUnsynced,

    /// <summary>A commit was synced, yet reported as failed.</summary>
    CommitFailedSynced,

    /// <summary>A commit found the disk full.</summary>
    DiskFull,

    /// <summary>A commit succeeded after one had found the disk full.</summary>
    DiskHadRoomAgain,

    /// <summary>A home could not be read from the disk.</summary>
    HomeAbandoned,

    /// <summary>A batch was numbered while one before it was being written.</summary>
    NumberedAhead,

    /// <summary>A commit carried several streams.</summary>
    SharedCommit,

    /// <summary>A commit carried several appends of one stream.</summary>
    MergedAppends,

    /// <summary>A resend was compared with what was stored.</summary>
    ResendRecalled,

    /// <summary>A resend waited for what was being written.</summary>
    RecallWaited,

    /// <summary>A batch began with what was stored already and went on with what was new.</summary>
    OverlapAppended,

    /// <summary>A publish that stored nothing made its session durable.</summary>
    SessionRaisedAlone,

    /// <summary>A home was read again after a failed commit.</summary>
    HomeReloaded,

    /// <summary>A home that was read again had requests waiting.</summary>
    ReloadedWithWaiting,

    /// <summary>A commit failed behind another that had failed.</summary>
    FailedBehindFailure,

    /// <summary>A commit succeeded behind one that had failed.</summary>
    LandedBehindFailure,

    /// <summary>An idle home left memory.</summary>
    HomeRetired,

    /// <summary>A home came back to memory, with what it had stored.</summary>
    HomeCameBack,

    /// <summary>A publish created its stream.</summary>
    CreatedByPublish,

    /// <summary>A subscription created its stream.</summary>
    CreatedBySubscribe,

    /// <summary>A stream was deleted.</summary>
    StreamDeleted,

    /// <summary>A stream that had been deleted began anew.</summary>
    StreamMadeAnew,

    /// <summary>A reader was told that its stream is gone.</summary>
    ReaderToldGone,

    /// <summary>A reader came back to a stream that had been made anew, or not.</summary>
    ReaderFoundGone,

    /// <summary>A reader was served from memory.</summary>
    ReadFromMemory,

    /// <summary>A reader was served from the store.</summary>
    ReadFromStore,

    /// <summary>A reader noticed a gap.</summary>
    GapNoticed,

    /// <summary>A frame brought a reader what it had seen before.</summary>
    SeenAgain,

    /// <summary>An author sent a batch again.</summary>
    Resent,

    /// <summary>An author sent a batch again together with what it knew as stored.</summary>
    ResentOverlapping,

    /// <summary>An author sent what was acknowledged, once more, in a later session.</summary>
    DoneSentAgain,

    /// <summary>A batch of several events was acknowledged.</summary>
    BatchAcknowledged,

    /// <summary>A batch without numbers was acknowledged.</summary>
    HandAcknowledged,

    /// <summary>A batch without numbers was stored twice, because it arrived twice.</summary>
    HandStoredTwice,

    /// <summary>The server answered <c>overloaded</c>.</summary>
    RefusedOverloaded,

    /// <summary>The server answered <c>storage_full</c>.</summary>
    RefusedStorageFull,

    /// <summary>The server answered <c>internal</c>.</summary>
    RefusedInternal,

    /// <summary>The server answered <c>client_seq_gap</c>.</summary>
    RefusedGap,

    /// <summary>The server answered <c>client_seq_conflict</c>.</summary>
    RefusedConflict,

    /// <summary>The server answered <c>future_preceding_seq</c>.</summary>
    RefusedFuture,

    /// <summary>The server answered <c>preceding_seq_regressed</c>.</summary>
    RefusedRegressed,

    /// <summary>The server answered <c>stale_session</c>.</summary>
    RefusedStaleSession,

    /// <summary>The server answered <c>invalid_event</c>.</summary>
    RefusedInvalidEvent,

    /// <summary>The server answered <c>too_large</c>.</summary>
    RefusedTooLarge,

    /// <summary>A device's edit was stored.</summary>
    DeviceEditStored,

    /// <summary>A user inserted an object.</summary>
    UserInserted,

    /// <summary>A user changed an object.</summary>
    UserUpdated,

    /// <summary>A user deleted an object.</summary>
    UserDeleted,

    /// <summary>A user moved an object between others.</summary>
    UserMoved,

    /// <summary>A user made a batch.</summary>
    BatchMade,

    /// <summary>A user's batch failed, and was taken back.</summary>
    BatchTakenBack,

    /// <summary>An edit was merged into one that waited.</summary>
    EditCoalesced,

    /// <summary>An own edit came back from the stream, and left the outbox.</summary>
    OwnEditCameBack,

    /// <summary>A user's edit was refused for good, and kept.</summary>
    EditRejected,

    /// <summary>A user tried again what was refused.</summary>
    RejectedRetried,

    /// <summary>A user gave up what was refused.</summary>
    RejectedGivenUp,

    /// <summary>A device was told to try again later.</summary>
    DeviceToldLater,

    /// <summary>A device's token had expired.</summary>
    TokenExpired,

    /// <summary>A user switched the network off.</summary>
    SwitchedOff,

    /// <summary>A device asked for what it lacked.</summary>
    DeviceFetched,

    /// <summary>A device's session was overtaken by another.</summary>
    DeviceSuperseded,

    /// <summary>A device's process ended between two writes to its store.</summary>
    DeviceCrashed,

    /// <summary>A device's process ended in a write, which was lost.</summary>
    DeviceCrashLostWrite,

    /// <summary>A device's process ended in a write, which was kept.</summary>
    DeviceCrashKeptWrite,

    /// <summary>A device's process stood still.</summary>
    DevicePaused,

    /// <summary>A device's disk took nothing.</summary>
    DeviceDiskFull,

    /// <summary>Another process took a device's store over.</summary>
    StoreHandedOver,

    /// <summary>A device went on from an old copy of its store.</summary>
    CopyRestored,

    /// <summary>A device was cloned, and both went on.</summary>
    DeviceCloned,

    /// <summary>A device found that its store is a copy.</summary>
    CopyFound,

    /// <summary>A copy had nothing in common with others any more, and took an id of its own.</summary>
    CopyParted,

    /// <summary>An id that was given up was ended.</summary>
    FormerIdEnded,
}

namespace Runnel.Testing.Simulation;

/// <summary>The kinds of faults that a simulation may draw.</summary>
[Flags]
public enum SimulatedFaults
{
    /// <summary>Nothing goes wrong.</summary>
    None = 0,

    /// <summary>Frames are lost.</summary>
    Loss = 1,

    /// <summary>Frames arrive twice.</summary>
    Duplication = 1 << 1,

    /// <summary>Frames overtake each other.</summary>
    Reordering = 1 << 2,

    /// <summary>Frames of a dead connection arrive late.</summary>
    LateFrames = 1 << 3,

    /// <summary>Connections break, and one end may not notice.</summary>
    BrokenConnections = 1 << 4,

    /// <summary>A client's link lets nothing through, one way or both.</summary>
    Partitions = 1 << 5,

    /// <summary>The server's process ends at any point; writes that were not synced are lost or kept.</summary>
    Crashes = 1 << 6,

    /// <summary>Commits fail: unwritten, or written with nobody knowing.</summary>
    FailedCommits = 1 << 7,

    /// <summary>The disk is full for a while.</summary>
    FullDisk = 1 << 8,

    /// <summary>The disk cannot be read for a while.</summary>
    FailedReads = 1 << 9,

    /// <summary>Server and clients are restarted with clocks that are years off.</summary>
    WrongClocks = 1 << 10,

    /// <summary>Clients send what must be refused.</summary>
    WrongPublishes = 1 << 11,

    /// <summary>The server accepts little before it is overloaded.</summary>
    TightLimits = 1 << 12,

    /// <summary>A stream is deleted now and then, and begins anew.</summary>
    Deletions = 1 << 13,

    /// <summary>What users do is refused now and then, for good or for a while, and tokens expire.</summary>
    Refusals = 1 << 14,

    /// <summary>The processes of devices end at any point, also in a write to their stores.</summary>
    DeviceCrashes = 1 << 15,

    /// <summary>The processes of devices stand still for a while, and then take everything at once.</summary>
    DevicePauses = 1 << 16,

    /// <summary>The stores of devices take nothing for a while.</summary>
    DeviceDisks = 1 << 17,

    /// <summary>Devices go on from an old copy of their stores.</summary>
    RestoredCopies = 1 << 18,

    /// <summary>Devices are cloned, and both go on.</summary>
    Clones = 1 << 19,

    /// <summary>All of them.</summary>
    All = (1 << 20) - 1,
}

using Runnel.Server.Homes;
using Runnel.Server.Sync;

namespace Runnel.Server;

/// <summary>
/// What a Runnel server may be told: the limits of homes and of what is read back. Read once at start, from code and from the
/// configuration's section <see cref="Section"/>; a value that cannot work stops the start.
/// </summary>
public sealed class RunnelServerOptions : HomeOptions
{
    /// <summary>The section of the configuration that holds these options.</summary>
    public const string Section = "Runnel";

    /// <summary>Whether the server may be reached from other machines although nobody has to log in. Without it, it serves loopback only.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The limits of connections.</summary>
    public SyncOptions Sync { get; } = new();

    /// <summary>The most events in one page of an answer.</summary>
    public int MaxPageEvents { get; set; } = 1_000;

    /// <summary>How many bytes of events fill a page: the event that reaches it is the page's last. Bounds the memory of an answer.</summary>
    public int MaxPageBytes { get; set; } = 1024 * 1024;

    /// <summary>The most streams whose records stay in memory between two questions for their state; each takes what its records take.</summary>
    public int MaxMaterializedStreams { get; set; } = 16;

    /// <summary>The most states that are built from a stream's beginning at the same time; further questions wait.</summary>
    public int MaxConcurrentReplays { get; set; } = 2;

    /// <summary>The most events of one import that are on their way to disk at the same time; the rest wait in the socket.</summary>
    public int MaxImportWindow { get; set; } = 2_048;
}

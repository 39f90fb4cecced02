using Runnel.Client;

namespace Chat;

/// <summary>A page of a room's history, which is a stream of its own: a device has only those in memory that somebody looks at.</summary>
[Synced("page")]
public sealed partial class HistoryPage
{
    [Key]
    public partial string Number { get; set; }

    /// <summary>How many messages it had when the next one was begun; 0 for the last one.</summary>
    public partial int Messages { get; set; }
}

using Runnel.Client;

namespace Chat;

/// <summary>Somebody in a room, and how far they have come: a page of the history, and how many of its messages.</summary>
[Synced("member")]
public sealed partial class Member
{
    [Key]
    public partial string Name { get; set; }
    public partial int DeliveredPage { get; set; }
    public partial int DeliveredMessages { get; set; }
    public partial int ReadPage { get; set; }
    public partial int ReadMessages { get; set; }
}

using Runnel.Client;

namespace Chat;

/// <summary>What somebody said. Its place, not its time, says where it stands: clocks are for the eye.</summary>
[Synced("message")]
public sealed partial class Message
{
    public partial string Author { get; set; }
    public partial string Text { get; set; }
    public partial DateTimeOffset At { get; set; }
    public partial OrderKey Place { get; set; }
}

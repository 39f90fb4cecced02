using Runnel.Client;

namespace Todo;

[Synced("task")]
public sealed partial class TodoTask
{
    public partial string Title { get; set; }
    public partial bool Completed { get; set; }
    public partial Colour Colour { get; set; }
    public partial OrderKey Place { get; set; }
}

public enum Colour { None, Red, Orange, Yellow, Green, Blue, Purple, Pink }

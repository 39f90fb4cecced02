using Runnel.Client;

namespace Todo;

[Synced("task")]
internal sealed partial class TodoTask
{
    public partial string Title { get; set; }
    public partial bool Completed { get; set; }
    public partial Colour Colour { get; set; }
    public partial OrderKey Place { get; set; }
}

internal enum Colour { None, Red, Orange, Yellow, Green, Blue, Purple, Pink }

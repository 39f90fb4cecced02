namespace Runnel.Client.Tests.Models;

[Synced]
public partial class TodoTask
{
    public partial string Title { get; set; }
    public partial bool Completed { get; set; }
    public partial Label Label { get; set; }
}

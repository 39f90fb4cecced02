using Runnel.Client;

namespace Runnel.Samples.Tests;

[Synced]
public partial class TodoTask
{
    public partial string Title { get; set; }
    public partial bool Completed { get; set; }
}

using Runnel.Client;

namespace Runnel.Benchmarks.Replicas;

/// <summary>What the replicas hold.</summary>
[Synced]
public partial class TodoTask
{
    public partial string Title { get; set; }
    public partial bool Completed { get; set; }
}

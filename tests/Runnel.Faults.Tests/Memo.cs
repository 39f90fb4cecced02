using Runnel.Client;

namespace Runnel.Faults.Tests;

/// <summary>What clients edit. Its text names it, and nothing else has that text.</summary>
[Synced]
public partial class Memo
{
    public partial string Text { get; set; }
}

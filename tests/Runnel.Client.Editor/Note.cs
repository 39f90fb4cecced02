using Runnel.Client;

namespace Runnel.Client.Editor;

/// <summary>What the editor edits. Its text names it, and nothing else has that text.</summary>
[Synced]
public partial class Note
{
    public partial string Text { get; set; }

    public partial int Edits { get; set; }
}

namespace Runnel.Client.Sharing;

/// <summary>A step that this instance has handed over, or is about to, and that the leader has not taken yet.</summary>
internal sealed class HandedEdit(HandedName name, HandedStep step)
{
    public HandedName Name { get; } = name;

    public HandedStep Step { get; } = step;

    /// <summary>Whether it is on disk, so that it is gone once the leader has taken it.</summary>
    public bool IsDurable { get; set; }
}

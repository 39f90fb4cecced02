namespace Runnel.Client.Models;

/// <summary>An edit of one object while it is being made: no other edit of it, and nothing from other devices, comes between.</summary>
internal readonly ref struct ModelEdit(ModelState state, ModelLink? link)
{
    /// <summary>Where the edit goes; <c>null</c> for a detached object.</summary>
    public ModelLink? Link => link;

    /// <summary>Whether setting <paramref name="field"/> to what it reads says something nevertheless.</summary>
    public bool Settles(ModelField field) => link is not null && link.HasSiblings(field);

    /// <summary>Ends the edit.</summary>
    public void Dispose() => state.EndEdit(link);
}

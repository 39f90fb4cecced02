namespace Runnel.Client.Models;

/// <summary>A set's field, as the set sees it.</summary>
internal interface ISetField
{
    /// <summary>Tells whoever is concerned that an edit changed the set.</summary>
    void Announce(ISynced model, ModelLink? link);
}

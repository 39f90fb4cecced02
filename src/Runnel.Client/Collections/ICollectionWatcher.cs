namespace Runnel.Client.Collections;

/// <summary>Follows a collection: a live list, or a feed of its changes.</summary>
internal interface ICollectionWatcher<T>
{
    /// <summary>Takes note of a change; the gate is held, so that it is quick and calls nobody.</summary>
    void Note(CollectionChange<T> change);
}

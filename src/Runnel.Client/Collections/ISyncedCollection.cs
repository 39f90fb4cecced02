namespace Runnel.Client.Collections;

/// <summary>A collection, as its stream sees it.</summary>
internal interface ISyncedCollection
{
    /// <summary>What apps see of the object may be another; the gate is held.</summary>
    void Refresh(ObjectKey key);
}

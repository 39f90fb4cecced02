using Runnel.Client.Replica;

namespace Runnel.Client.Collections;

/// <summary>A collection, as its stream sees it. The gate is held.</summary>
internal interface ISyncedCollection
{
    /// <summary>What apps see of the object may be another.</summary>
    void Refresh(ObjectKey key);

    /// <summary>Settles what the app has rules for: concurrent values that stand side by side in the object.</summary>
    void SettleSiblings(ObjectKey key);

    /// <summary>Whether this device, which knew of both sides, has written the field since. Others had both too, but only this one was told of the conflict.</summary>
    bool IsSettled(KeptConflict conflict);

    /// <summary>Settles a conflict, if the app has a rule for its field; whether it has.</summary>
    bool TrySettle(KeptConflict conflict);
}

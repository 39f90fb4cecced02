using Runnel.Client.Models;

namespace Runnel.Client.Collections;

/// <summary>What ties an object to its collection.</summary>
internal sealed class ObjectLink<T>(SyncedCollection<T> collection, ObjectKey key) : ModelLink(key, collection.Stream.Client.Gate)
    where T : class, ISynced<T>
{
    private SyncState _known = SyncState.Acknowledged;

    public override SyncedStream Stream => collection.Stream;

    public override void Write(ModelField field, Delta delta) =>
        collection.Edit(EventOp.Update, Key, EventFields.Create([new FieldChange(field.Name, delta)]));

    public override bool HasSiblings(ModelField field) => collection.Stream.Replica.Shown(Key)?.SiblingsOf(field.Name).Count > 1;

    public override void Changed(ISynced model, ModelField field)
    {
        var client = collection.Stream.Client;
        if (client.Notifications.IsHere && !Gate.IsHeldByCurrentThread) field.Raise(model);
        else client.Post(() => field.Raise(model));
        lock (Gate)
        {
            if (model.State.Link == this) collection.Note(CollectionChangeKind.Updated, Key, (T)model);
        }
    }

    /// <summary>Whether the object's <see cref="SyncState"/> has become another since this was last asked; the gate is held.</summary>
    public bool TakeStateChange()
    {
        var state = collection.Stream.StateOf(Key);
        if (state == _known) return false;
        _known = state;
        return true;
    }
}

using Runnel.Client.Collections;
using Runnel.Client.Models;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>How what the stream says reaches the objects.</summary>
public sealed partial class SyncedCollection<T>
{
    void ISyncedCollection.Refresh(ObjectKey key) => Refresh(key);

    private void Refresh(ObjectKey key)
    {
        if (key == _editing) return;   // its own edit: the object reads it already, or is about to
        var record = Stream.Replica.Shown(key);
        var exists = record is { Exists: true };
        if (_objects.TryGetValue(key, out var model))
        {
            if (exists) Update(key, model, record!);
            else Leave(key, model);
        }
        else if (exists)
        {
            Appear(key, record!);
        }
    }

    private void Appear(ObjectKey key, Record record)
    {
        var model = T.Map.Create(name => Read(record, name));
        model.State.Attach(new ObjectLink<T>(this, key));
        Enter(key, model);
    }

    private void Update(ObjectKey key, T model, Record record)
    {
        var changed = T.Map.Fields.Where(field => field.Apply(model, field.Pick(name => Read(record, name)))).ToList();
        if (changed.Count > 0)
        {
            Note(CollectionChangeKind.Updated, key, model);
            Stream.Client.Post(() =>
            {
                foreach (var field in changed) field.Raise(model);
            });
        }
        RaiseState(model);
    }

    private void RaiseState(T model)
    {
        if (model.State.Link is ObjectLink<T> link && link.TakeStateChange()) Stream.Client.Post(() => model.State.Raise(model, SyncedObject.SyncStateChange));
    }

    /// <summary>What a property reads: the field's value; of several concurrent ones what the app's rule makes of them, else the last.</summary>
    private CanonicalJson? Read(Record record, FieldName name)
    {
        if (record.SiblingsOf(name) is { Count: > 1 } siblings) return ReadSiblings(name, siblings);
        return record.TryRead(name, out var value) ? value : null;
    }
}

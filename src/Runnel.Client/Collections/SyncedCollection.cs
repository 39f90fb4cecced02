using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Runnel.Client.Collections;
using Runnel.Client.Models;
using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>
/// A stream's objects of one model class, as they are now: the same object for the same id, its properties always up to date, its
/// setters edits. Enumerates a snapshot. Safe for use by many threads.
/// </summary>
/// <typeparam name="T">The model class.</typeparam>
public sealed class SyncedCollection<T> : IReadOnlyCollection<T>, ISyncedCollection where T : class, ISynced<T>
{
    private readonly SyncedStream _stream;
    private readonly Dictionary<ObjectKey, T> _objects = [];
    private ObjectKey? _editing;

    internal SyncedCollection(SyncedStream stream)
    {
        _stream = stream;
        foreach (var key in stream.Replica.Keys.Where(key => key.Collection == T.Map.Collection).ToList()) Refresh(key);
    }

    /// <summary>Objects came, went or changed. Raised on the context on which the client was opened, if there was one.</summary>
    public event EventHandler<CollectionChange<T>>? Changed;

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_stream.Client.Gate) return _objects.Count;
        }
    }

    /// <summary>The stream's conflicts about these objects, oldest first.</summary>
    public IReadOnlyList<Conflict> Conflicts => [.. _stream.Conflicts.Where(conflict => conflict.Key.Collection == T.Map.Collection)];

    /// <summary>Adds a new object; returns at once. Its id is the one that its <c>[Key]</c> says, else a new UUIDv7. An object of that id is replaced.</summary>
    /// <exception cref="InvalidOperationException">The object is in a collection already.</exception>
    public T Insert(T model)
    {
        lock (_stream.Client.Gate)
        {
            var options = _stream.Client.Options;
            var key = new ObjectKey(T.Map.Collection, ObjectId.Parse(model.State.Id ?? options.Ids.NewObjectId(options.Time)));
            var fields = T.Map.AttachNew(model, new Link(this, key));
            if (_objects.Remove(key, out var replaced)) replaced.State.Detach();
            _objects.Add(key, model);
            Edit(EventOp.Insert, key, fields);
            _stream.Client.Post(() => Changed?.Invoke(this, new CollectionChange<T>(CollectionChangeKind.Inserted, key, model)));
        }
        T.Map.RaiseKey(model);
        return model;
    }

    /// <summary>Removes an object; false if it is not in the collection. It keeps its values.</summary>
    public bool Remove(T model)
    {
        lock (_stream.Client.Gate)
        {
            if (model.Key() is not { } key || !_objects.TryGetValue(key, out var known) || known != model) return false;
            _objects.Remove(key);
            model.State.Detach();
            Edit(EventOp.Delete, key, EventFields.Empty);
            _stream.Client.Post(() => Changed?.Invoke(this, new CollectionChange<T>(CollectionChangeKind.Removed, key, model)));
            return true;
        }
    }

    /// <summary>Finds the object with an id.</summary>
    public bool TryFind(string id, [NotNullWhen(true)] out T? model)
    {
        model = null;
        if (!ObjectId.TryParse(id, out var parsed)) return false;
        lock (_stream.Client.Gate) return _objects.TryGetValue(new ObjectKey(T.Map.Collection, parsed), out model);
    }

    /// <summary>Enumerates the objects as they were when this was called.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        List<T> snapshot;
        lock (_stream.Client.Gate) snapshot = [.. _objects.Values];
        return snapshot.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ISyncedCollection.Refresh(ObjectKey key) => Refresh(key);

    private void Refresh(ObjectKey key)
    {
        if (key == _editing) return;   // its own edit: the object reads it already, or is about to
        var record = _stream.Replica.Shown(key);
        var exists = record is { Exists: true };
        if (!_objects.TryGetValue(key, out var model))
        {
            if (exists) Appear(key, record!);
        }
        else if (exists)
        {
            Update(key, model, record!);
        }
        else
        {
            _objects.Remove(key);
            model.State.Detach();
            _stream.Client.Post(() => Changed?.Invoke(this, new CollectionChange<T>(CollectionChangeKind.Removed, key, model)));
        }
    }

    private void Appear(ObjectKey key, Record record)
    {
        var model = T.Map.Create(name => Read(record, name));
        model.State.Attach(new Link(this, key));
        _objects.Add(key, model);
        _stream.Client.Post(() => Changed?.Invoke(this, new CollectionChange<T>(CollectionChangeKind.Inserted, key, model)));
    }

    private void Update(ObjectKey key, T model, Record record)
    {
        var changed = T.Map.Fields.Where(field => field.Apply(model, field.Pick(name => Read(record, name)))).ToList();
        if (changed.Count == 0) return;
        _stream.Client.Post(() =>
        {
            foreach (var field in changed) field.Raise(model);
            Changed?.Invoke(this, new CollectionChange<T>(CollectionChangeKind.Updated, key, model));
        });
    }

    /// <summary>What a property reads: the field's value; of several concurrent ones the last.</summary>
    private static CanonicalJson? Read(Record record, FieldName name)
    {
        if (record.SiblingsOf(name) is { Count: > 1 } siblings) return siblings[^1].Value;
        return record.TryRead(name, out var value) ? value : null;
    }

    private void Edit(EventOp op, ObjectKey key, EventFields fields)
    {
        var outer = _editing;
        _editing = key;
        try
        {
            _stream.Edit(op, key, fields);
        }
        finally
        {
            _editing = outer;
        }
    }

    /// <summary>What ties an object to this collection.</summary>
    private sealed class Link(SyncedCollection<T> collection, ObjectKey key) : ModelLink(key, collection._stream.Client.Gate)
    {
        public override void Write(ModelField field, Delta delta) =>
            collection.Edit(EventOp.Update, Key, EventFields.Create([new FieldChange(field.Name, delta)]));

        public override bool HasSiblings(ModelField field) => collection._stream.Replica.Shown(Key)?.SiblingsOf(field.Name).Count > 1;

        public override void Changed(ISynced model, ModelField field)
        {
            base.Changed(model, field);
            collection._stream.Client.Post(() => collection.Changed?.Invoke(collection, new CollectionChange<T>(CollectionChangeKind.Updated, Key, (T)model)));
        }
    }
}

/// <summary>What became of an object.</summary>
public enum CollectionChangeKind
{
    /// <summary>It is there now.</summary>
    Inserted,

    /// <summary>It reads something else now.</summary>
    Updated,

    /// <summary>It is no longer there.</summary>
    Removed,
}

/// <summary>A change of a collection.</summary>
/// <typeparam name="T">The model class.</typeparam>
/// <param name="Kind">What became of the object.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Model">The object.</param>
public sealed record CollectionChange<T>(CollectionChangeKind Kind, ObjectKey Key, T Model);

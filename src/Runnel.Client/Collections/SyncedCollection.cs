using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Runnel.Client.Collections;
using Runnel.Client.Models;

namespace Runnel.Client;

/// <summary>
/// A stream's objects of one model class, as they are now: the same object for the same id, its properties always up to date, its
/// setters edits. Enumerates a snapshot. Safe for use by many threads.
/// </summary>
/// <typeparam name="T">The model class.</typeparam>
public sealed partial class SyncedCollection<T> : IReadOnlyCollection<T>, ISyncedCollection where T : class, ISynced<T>
{
    private readonly Dictionary<ObjectKey, T> _objects = [];
    private readonly List<ICollectionWatcher<T>> _watchers = [];
    private ObjectKey? _editing;

    internal SyncedCollection(SyncedStream stream)
    {
        Stream = stream;
        foreach (var key in stream.Replica.Keys.Where(key => key.Collection == T.Map.Collection).ToList()) Refresh(key);
    }

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (Gate) return _objects.Count;
        }
    }

    internal SyncedStream Stream { get; }

    internal int WatcherCount => _watchers.Count(watcher => watcher != _order);

    private Lock Gate => Stream.Client.Gate;

    /// <summary>Adds a new object; returns at once. An <see cref="OrderKey"/> that it lacks puts it at the end. Its id is the one that its <c>[Key]</c> says, else a new UUIDv7. An object of that id is replaced.</summary>
    /// <exception cref="InvalidOperationException">The object is in a collection already.</exception>
    /// <exception cref="FormatException">A value nests too deep to be sent; the object is in no collection.</exception>
    public T Insert(T model)
    {
        lock (Gate)
        {
            if (model.State.Link is null) PlaceNew(model);
            var options = Stream.Client.Options;
            var key = new ObjectKey(T.Map.Collection, ObjectId.Parse(model.State.Id ?? options.Ids.NewObjectId(options.Time)));
            var fields = T.Map.AttachNew(model, new ObjectLink<T>(this, key));
            try
            {
                Edit(EventOp.Insert, key, fields);
            }
            catch
            {
                model.State.Detach();
                throw;
            }
            if (_objects.TryGetValue(key, out var replaced)) Leave(key, replaced);
            Enter(key, model);
        }
        T.Map.RaiseKey(model);
        return model;
    }

    /// <summary>Removes an object; false if it is not in the collection. It keeps its values.</summary>
    public bool Remove(T model)
    {
        lock (Gate)
        {
            if (!Holds(model, out var key)) return false;
            Edit(EventOp.Delete, key, EventFields.Empty);
            Leave(key, model);
            return true;
        }
    }

    /// <summary>Finds the object with an id.</summary>
    public bool TryFind(string id, [NotNullWhen(true)] out T? model)
    {
        model = null;
        if (!ObjectId.TryParse(id, out var parsed)) return false;
        lock (Gate) return _objects.TryGetValue(new ObjectKey(T.Map.Collection, parsed), out model);
    }

    /// <summary>Whether the object is in the collection.</summary>
    public bool Contains(T model)
    {
        lock (Gate) return Holds(model, out _);
    }

    /// <summary>
    /// Every object that is there, as <see cref="CollectionChangeKind.Inserted"/>, and from then on every change, until cancelled: taken
    /// together they are the collection. A reader that lags misses nothing: what happens to an object meanwhile reaches it as one change.
    /// </summary>
    public async IAsyncEnumerable<CollectionChange<T>> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var feed = new ChangeFeed<T>();
        Watch(feed);
        try
        {
            while (true)
            {
                foreach (var change in await feed.TakeAsync(cancellationToken).ConfigureAwait(false)) yield return change;
            }
        }
        finally
        {
            Unwatch(feed);
        }
    }

    /// <summary>Enumerates the objects as they were when this was called.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        List<T> snapshot;
        lock (Gate) snapshot = [.. _objects.Values];
        return snapshot.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Tells a watcher of every object that is there, then of every change.</summary>
    internal void Watch(ICollectionWatcher<T> watcher)
    {
        lock (Gate)
        {
            foreach (var (key, model) in _objects) watcher.Note(new CollectionChange<T>(CollectionChangeKind.Inserted, key, model));
            _watchers.Add(watcher);
        }
    }

    internal void Unwatch(ICollectionWatcher<T> watcher)
    {
        lock (Gate) _watchers.Remove(watcher);
    }

    /// <summary>Makes an edit of an object; the gate is held.</summary>
    internal void Edit(EventOp op, ObjectKey key, EventFields fields)
    {
        var outer = _editing;
        _editing = key;
        try
        {
            Stream.Edit(op, key, fields);
        }
        finally
        {
            _editing = outer;
        }
        if (op == EventOp.Update && _objects.TryGetValue(key, out var model)) RaiseState(model);
    }

    /// <summary>Tells the watchers; the gate is held.</summary>
    internal void Note(CollectionChangeKind kind, ObjectKey key, T model)
    {
        if (_watchers.Count == 0) return;
        var change = new CollectionChange<T>(kind, key, model);
        foreach (var watcher in _watchers) watcher.Note(change);
    }

    private bool Holds(T model, out ObjectKey key)
    {
        key = model.Key().GetValueOrDefault();
        return _objects.TryGetValue(key, out var known) && known == model;
    }

    private void Enter(ObjectKey key, T model)
    {
        _objects.Add(key, model);
        Note(CollectionChangeKind.Inserted, key, model);
        RaiseState(model);
    }

    private void Leave(ObjectKey key, T model)
    {
        _objects.Remove(key);
        model.State.Detach();
        Note(CollectionChangeKind.Removed, key, model);
    }
}

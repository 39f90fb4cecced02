using System.Collections.Specialized;
using Runnel.Client.Models;

namespace Runnel.Client.Collections;

/// <summary>
/// The objects of a query in their order, of which the first ones show: as many as the query's limit allows. What changes in what shows
/// is said step by step, each step at most one object's. Not safe for use by several threads at once.
/// </summary>
internal sealed class LiveWindow<T>(LiveQueryParts<T> query) where T : class, ISynced<T>
{
    private readonly OrderedTree<Entry> _tree = new(new EntryOrder(query));
    private readonly Dictionary<T, Entry> _entries = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many objects show.</summary>
    public int Count { get; private set; }

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _tree[index].Model;
        }
    }

    /// <summary>Where an object shows; -1 if it does not.</summary>
    public int IndexOf(T model) => _entries.TryGetValue(model, out var entry) && entry.Index is var index && index < Count ? index : -1;

    /// <summary>What shows, as it is now.</summary>
    public T[] ToArray() => [.. _tree.From(0).Take(Count).Select(entry => entry.Model)];

    /// <summary>Takes note of an object, step by step: what shows is what was said so far, after every step. An exception of the query's changes nothing.</summary>
    public IEnumerable<NotifyCollectionChangedEventArgs> Apply(CollectionChange<T> change)
    {
        var known = _entries.GetValueOrDefault(change.Model);
        if (change.Kind == CollectionChangeKind.Removed || !query.Matches(change.Model)) return known is null ? [] : Remove(known);
        var keys = KeysOf(change.Model);
        return known is null ? Add(new Entry(change.Model, change.Key, keys)) : Move(known, keys);
    }

    private object?[] KeysOf(T model)
    {
        var keys = new object?[query.Sortings.Length];
        for (var i = 0; i < keys.Length; i++) keys[i] = query.Sortings[i].KeyOf(model);
        return keys;
    }

    private IEnumerable<NotifyCollectionChangedEventArgs> Add(Entry entry)
    {
        _tree.Add(entry);
        _entries.Add(entry.Model, entry);
        var index = entry.Index;
        if (index >= query.Limit) yield break;
        if (Count == query.Limit)
        {
            // The last leaves before the new one comes, so that the window never shows more than it may.
            _tree.Remove(entry);
            yield return Hide();
            _tree.Add(entry);
        }
        yield return Show(index);
    }

    private IEnumerable<NotifyCollectionChangedEventArgs> Remove(Entry entry)
    {
        var index = entry.Index;
        _tree.Remove(entry);
        _entries.Remove(entry.Model);
        if (index >= Count) yield break;
        Count--;
        yield return new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Remove, entry.Model, index);
        if (Count < _tree.Count) yield return Show(Count);
    }

    private IEnumerable<NotifyCollectionChangedEventArgs> Move(Entry entry, object?[] keys)
    {
        entry.Keys = keys;
        if (_tree.IsInPlace(entry)) yield break;
        var oldIndex = entry.Index;
        _tree.Remove(entry);
        _tree.Add(entry);
        var newIndex = entry.Index;
        if (oldIndex < Count && newIndex < Count)
        {
            yield return new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Move, entry.Model, newIndex, oldIndex);
        }
        else if (oldIndex < Count)
        {
            Count--;
            yield return new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Remove, entry.Model, oldIndex);
            yield return Show(Count);
        }
        else if (newIndex < Count)
        {
            _tree.Remove(entry);
            yield return Hide();
            _tree.Add(entry);
            yield return Show(newIndex);
        }
    }

    private NotifyCollectionChangedEventArgs Show(int index)
    {
        Count++;
        return new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Add, _tree[index].Model, index);
    }

    private NotifyCollectionChangedEventArgs Hide()
    {
        Count--;
        return new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Remove, _tree[Count].Model, Count);
    }

    /// <summary>An object with its place and the keys that it has this place for.</summary>
    private sealed class Entry(T model, ObjectKey key, object?[] keys) : OrderedTree<Entry>.Node
    {
        public T Model { get; } = model;

        public ObjectKey Key { get; } = key;

        public object?[] Keys { get; set; } = keys;
    }

    private sealed class EntryOrder(LiveQueryParts<T> query) : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y)
        {
            for (var i = 0; i < query.Sortings.Length; i++)
            {
                var order = query.Sortings[i].Compare(x!.Keys[i], y!.Keys[i]);
                if (order != 0) return order;
            }
            return x!.Key.CompareTo(y!.Key);
        }
    }
}

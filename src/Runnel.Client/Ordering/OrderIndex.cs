using Runnel.Client.Collections;
using Runnel.Client.Models;

namespace Runnel.Client.Ordering;

/// <summary>The objects of a collection by their places; objects with one place are sorted by their ids. The gate is held.</summary>
internal sealed class OrderIndex<T>(ValueField<T, OrderKey> places) : ICollectionWatcher<T> where T : class, ISynced<T>
{
    private readonly OrderedTree<Entry> _tree = new(new EntryOrder());
    private readonly Dictionary<T, Entry> _entries = new(ReferenceEqualityComparer.Instance);

    /// <summary>The field that holds the places.</summary>
    public ValueField<T, OrderKey> Field => places;

    /// <summary>The last place; <see cref="OrderKey.None"/> if there is none.</summary>
    public OrderKey LastPlace => _tree.Last?.Place ?? OrderKey.None;

    public void Note(CollectionChange<T> change)
    {
        if (_entries.Remove(change.Model, out var known)) _tree.Remove(known);
        if (change.Kind == CollectionChangeKind.Removed) return;
        var entry = new Entry(change.Model, change.Key, places.Get(change.Model));
        _entries.Add(change.Model, entry);
        _tree.Add(entry);
    }

    /// <summary>The objects from <paramref name="model"/> on, without <paramref name="moved"/>, each with its place; none for <c>null</c>.</summary>
    public IEnumerable<(T Model, OrderKey Place)> From(T? model, T moved) =>
        model is null ? [] : _tree.From(_entries[model].Index).Where(entry => entry.Model != moved).Select(entry => (entry.Model, entry.Place));

    /// <summary>The object before <paramref name="model"/>, or the last one for <c>null</c>; <c>null</c> if there is none.</summary>
    public (T Model, OrderKey Place)? Before(T? model)
    {
        var entry = model is null ? _tree.Last : _tree.Before(_entries[model]);
        return entry is null ? null : (entry.Model, entry.Place);
    }

    private sealed class Entry(T model, ObjectKey key, OrderKey place) : OrderedTree<Entry>.Node
    {
        public T Model => model;

        public ObjectKey Key => key;

        public OrderKey Place => place;
    }

    private sealed class EntryOrder : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y)
        {
            var order = x!.Place.CompareTo(y!.Place);
            return order != 0 ? order : x.Key.CompareTo(y.Key);
        }
    }
}

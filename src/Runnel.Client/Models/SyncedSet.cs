using System.Collections;
using System.Collections.Immutable;
using System.Collections.Specialized;
using System.ComponentModel;
using Runnel.Client.Models;
using Runnel.Client.Models.Forms;

namespace Runnel.Client;

/// <summary>
/// The live set of a property with <see cref="SetOfAttribute"/>: a change of it is one small event that names the elements added and
/// removed. Sorted as every device sorts it, by the elements' JSON; elements are equal if that is. Safe for use by many threads; an
/// enumeration sees the set as it stood when it began.
/// </summary>
/// <remarks>Elements that this app cannot read stay in the set unseen, and are sent nowhere.</remarks>
/// <typeparam name="T">The elements' type.</typeparam>
public sealed class SyncedSet<T> : ISet<T>, IReadOnlySet<T>, INotifyCollectionChanged, INotifyPropertyChanged
{
    private static readonly NotifyCollectionChangedEventArgs Reset = new(NotifyCollectionChangedAction.Reset);
    private static readonly PropertyChangedEventArgs CountChange = new(nameof(Count));

    private readonly ISynced _model;
    private readonly ModelField _field;
    private readonly JsonForm<T> _form;
    private ImmutableSortedSet<CanonicalJson> _unread = [];
    private volatile ImmutableSortedSet<Element> _elements = [];

    internal SyncedSet(ISynced model, ModelField field, JsonForm<T> form)
    {
        _model = model;
        _field = field;
        _form = form;
    }

    /// <summary>Told after any change, as a reset: right whatever other threads did meanwhile. On the thread that <see cref="INotifyPropertyChanged.PropertyChanged"/> of the object is told on.</summary>
    public event NotifyCollectionChangedEventHandler? CollectionChanged;

    /// <summary>Told when <see cref="Count"/> may have changed.</summary>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <summary>How many elements there are.</summary>
    public int Count => _elements.Count;

    /// <summary>No: a set of a model can always be changed.</summary>
    public bool IsReadOnly => false;

    /// <summary>Adds an element; <c>false</c> if it is there.</summary>
    public bool Add(T item) => Change(elements => elements.Add(MakeElement(item)));

    /// <summary>Removes an element; <c>false</c> if it is not there.</summary>
    public bool Remove(T item) => Change(elements => elements.Remove(MakeElement(item)));

    /// <summary>Removes the elements that are seen here; concurrent additions by others stay.</summary>
    public void Clear() => Change(elements => elements.Clear());

    /// <summary>Adds all of <paramref name="other"/> in one event.</summary>
    public void UnionWith(IEnumerable<T> other) => ChangeBy(other, (elements, others) => elements.Union(others));

    /// <summary>Removes what is not in <paramref name="other"/>, in one event.</summary>
    public void IntersectWith(IEnumerable<T> other) => ChangeBy(other, (elements, others) => elements.Intersect(others));

    /// <summary>Removes all of <paramref name="other"/> in one event.</summary>
    public void ExceptWith(IEnumerable<T> other) => ChangeBy(other, (elements, others) => elements.Except(others));

    /// <summary>Adds what is only in <paramref name="other"/> and removes what is in both, in one event.</summary>
    public void SymmetricExceptWith(IEnumerable<T> other) => ChangeBy(other, (elements, others) => elements.SymmetricExcept(others));

    /// <summary>Makes the set equal to <paramref name="other"/>, in one event that says the differences.</summary>
    public void SetTo(IEnumerable<T> other) => ChangeBy(other, (_, others) => others);

    /// <inheritdoc cref="ICollection{T}.Contains"/>
    public bool Contains(T item) => _elements.Contains(MakeElement(item));

    /// <inheritdoc cref="ISet{T}.IsSubsetOf"/>
    public bool IsSubsetOf(IEnumerable<T> other) => _elements.IsSubsetOf(MakeElements(other));

    /// <inheritdoc cref="ISet{T}.IsSupersetOf"/>
    public bool IsSupersetOf(IEnumerable<T> other) => _elements.IsSupersetOf(MakeElements(other));

    /// <inheritdoc cref="ISet{T}.IsProperSubsetOf"/>
    public bool IsProperSubsetOf(IEnumerable<T> other) => _elements.IsProperSubsetOf(MakeElements(other));

    /// <inheritdoc cref="ISet{T}.IsProperSupersetOf"/>
    public bool IsProperSupersetOf(IEnumerable<T> other) => _elements.IsProperSupersetOf(MakeElements(other));

    /// <inheritdoc cref="ISet{T}.Overlaps"/>
    public bool Overlaps(IEnumerable<T> other) => _elements.Overlaps(MakeElements(other));

    /// <inheritdoc cref="ISet{T}.SetEquals"/>
    public bool SetEquals(IEnumerable<T> other) => _elements.SetEquals(MakeElements(other));

    /// <inheritdoc/>
    public void CopyTo(T[] array, int arrayIndex) => _elements.Select(element => element.Value).ToArray().CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _elements.Select(element => element.Value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection<T>.Add(T item) => Add(item);

    /// <summary>The set as an insert says it; <c>null</c> to leave it out. Under the lock of the object's state.</summary>
    internal CanonicalJson? Write()
    {
        var all = _elements.Select(element => element.Json).Concat(_unread).Order().ToArray();
        return all.Length == 0 ? null : CanonicalJson.FromArray(all);
    }

    /// <summary>Stores what the stream says, telling nobody; whether that reads differently.</summary>
    internal bool Replace(IEnumerable<CanonicalJson> all)
    {
        var elements = ImmutableSortedSet.CreateBuilder<Element>();
        var unread = ImmutableSortedSet.CreateBuilder<CanonicalJson>();
        foreach (var json in all)
        {
            if (_form.TryReadElement(json, out var value)) elements.Add(new Element(json, value));
            else unread.Add(json);
        }
        lock (_model.State)
        {
            _unread = unread.ToImmutable();
            if (_elements.SetEquals(elements)) return false;
            _elements = elements.ToImmutable();
            return true;
        }
    }

    internal void RaiseReset()
    {
        PropertyChanged?.Invoke(this, CountChange);
        CollectionChanged?.Invoke(this, Reset);
    }

    private void ChangeBy(IEnumerable<T> other, Func<ImmutableSortedSet<Element>, ImmutableSortedSet<Element>, ImmutableSortedSet<Element>> combine)
    {
        var others = MakeElements(other);   // before the edit: it may be this set, or take locks of its own
        Change(elements => combine(elements, others));
    }

    private bool Change(Func<ImmutableSortedSet<Element>, ImmutableSortedSet<Element>> change)
    {
        ModelLink? link;
        using (var edit = _model.State.Edit())
        {
            link = edit.Link;
            var changed = change(_elements);
            CanonicalJson[] added = [.. changed.Except(_elements).Select(element => element.Json)];
            CanonicalJson[] removed = [.. _elements.Except(changed).Select(element => element.Json)];
            if (added.Length + removed.Length == 0) return false;
            link?.Write(_field, Delta.Elements(added, removed));
            lock (_model.State) _elements = changed;
        }
        ((ISetField)_field).Announce(_model, link);
        return true;
    }

    private ImmutableSortedSet<Element> MakeElements(IEnumerable<T> items) => items.Select(MakeElement).ToImmutableSortedSet();

    private Element MakeElement(T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var value = _form.Normalize(item);
        return new Element(_form.Write(value), value);
    }

    private readonly record struct Element(CanonicalJson Json, T Value) : IComparable<Element>
    {
        public int CompareTo(Element other) => Json.CompareTo(other.Json);

        public bool Equals(Element other) => Json == other.Json;

        public override int GetHashCode() => Json.GetHashCode();
    }
}

using System.Collections;

namespace Runnel.Client;

/// <summary>The old interface that user interfaces ask lists for; it reads only.</summary>
public sealed partial class LiveList<T> : IList
{
    bool IList.IsFixedSize => false;

    bool IList.IsReadOnly => true;

    bool ICollection.IsSynchronized => false;

    object ICollection.SyncRoot => this;

    object? IList.this[int index]
    {
        get => this[index];
        set => throw ReadOnly();
    }

    bool IList.Contains(object? value) => value is T model && IndexOf(model) >= 0;

    int IList.IndexOf(object? value) => value is T model ? IndexOf(model) : -1;

    void ICollection.CopyTo(Array array, int index) => ToArray().CopyTo(array, index);

    int IList.Add(object? value) => throw ReadOnly();

    void IList.Clear() => throw ReadOnly();

    void IList.Insert(int index, object? value) => throw ReadOnly();

    void IList.Remove(object? value) => throw ReadOnly();

    void IList.RemoveAt(int index) => throw ReadOnly();

    private static NotSupportedException ReadOnly() => new("A live list shows a collection: insert, edit and remove objects there.");
}

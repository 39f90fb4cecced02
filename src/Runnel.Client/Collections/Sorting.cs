namespace Runnel.Client.Collections;

/// <summary>One of the keys that a live list is sorted by. Never changes.</summary>
internal abstract class Sorting<T>
{
    /// <summary>The key of an object as it stands: kept with the object's place, so that this can be found when the object has changed.</summary>
    public abstract object? KeyOf(T model);

    /// <summary>Compares two keys.</summary>
    public abstract int Compare(object? left, object? right);
}

/// <summary>A key in its own type.</summary>
internal sealed class Sorting<T, TKey>(Func<T, TKey> key, IComparer<TKey> comparer, bool isDescending) : Sorting<T>
{
    public override object? KeyOf(T model) => key(model);

    public override int Compare(object? left, object? right)
    {
        var order = comparer.Compare((TKey)left!, (TKey)right!);
        return isDescending ? -Math.Sign(order) : order;
    }
}

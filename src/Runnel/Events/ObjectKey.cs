namespace Runnel;

/// <summary>Names one object of a stream: its collection and its id there.</summary>
/// <param name="Collection">The kind of the object.</param>
/// <param name="Id">The object's id in the collection.</param>
public readonly record struct ObjectKey(CollectionName Collection, ObjectId Id) : IComparable<ObjectKey>
{
    /// <summary>Orders by collection, then id, both by UTF-8 bytes.</summary>
    public int CompareTo(ObjectKey other)
    {
        var order = Collection.CompareTo(other.Collection);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;

    /// <summary>The key as people write it: <c>task/0190…</c>.</summary>
    public override string ToString() => $"{Collection}/{Id}";
}

using System.Collections;
using System.Collections.Immutable;
using Runnel.Client.Collections;
using Runnel.Client.Models;

namespace Runnel.Client;

/// <summary>
/// What is asked of a collection: which objects, in which order. Enumerated, it answers as of now; <see cref="Bind"/> goes on answering.
/// Objects that the order leaves equal are sorted by their ids, on every device alike. Never changes; safe for use by many threads.
/// </summary>
/// <typeparam name="T">The model class.</typeparam>
public class LiveQuery<T> : IEnumerable<T> where T : class, ISynced<T>
{
    private protected LiveQuery(LiveQueryParts<T> parts) => Parts = parts;

    internal LiveQueryParts<T> Parts { get; }

    /// <summary>Leaves only the objects for which <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Looks at the object alone, and at nothing that changes without it.</param>
    /// <exception cref="InvalidOperationException">It comes after <see cref="Take"/>.</exception>
    public LiveQuery<T> Where(Func<T, bool> condition) => new(Parts.With(condition));

    /// <summary>Sorts by a key, in the place of any order before.</summary>
    /// <param name="key">Looks at the object alone, and at nothing that changes without it.</param>
    /// <param name="comparer">Compares keys; if <c>null</c>, as LINQ does: text by the culture of now.</param>
    public OrderedLiveQuery<T> OrderBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => new(Parts.SortedBy(key, comparer, isDescending: false));

    /// <inheritdoc cref="OrderBy"/>
    /// <summary>Sorts by a key, the highest first, in the place of any order before.</summary>
    public OrderedLiveQuery<T> OrderByDescending<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => new(Parts.SortedBy(key, comparer, isDescending: true));

    /// <summary>Takes only the first <paramref name="count"/> objects; those behind them move up when one leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public LiveQuery<T> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new LiveQuery<T>(Parts with { Limit = Math.Min(count, Parts.Limit) });
    }

    /// <summary>
    /// A list that goes on answering, and says what changes in it. It is told on the context of the caller, else on that on which the client
    /// was opened; where there is neither, on a thread of the pool. Dispose of it when nobody looks at it any more.
    /// </summary>
    public LiveList<T> Bind() => new(Parts);

    /// <summary>Answers as of now.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        using var list = new LiveList<T>(Parts);
        return list.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static LiveQuery<T> Of(SyncedCollection<T> collection) => new(new LiveQueryParts<T>(collection, [], [], int.MaxValue));
}

/// <summary>A query with an order, to which more keys can be added. Never changes; safe for use by many threads.</summary>
/// <typeparam name="T">The model class.</typeparam>
public sealed class OrderedLiveQuery<T> : LiveQuery<T> where T : class, ISynced<T>
{
    internal OrderedLiveQuery(LiveQueryParts<T> parts) : base(parts)
    {
    }

    /// <summary>Sorts what the order leaves equal so far by another key.</summary>
    /// <param name="key">Looks at the object alone, and at nothing that changes without it.</param>
    /// <param name="comparer">Compares keys; if <c>null</c>, as LINQ does: text by the culture of now.</param>
    public OrderedLiveQuery<T> ThenBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => new(Parts.ThenBy(key, comparer, isDescending: false));

    /// <inheritdoc cref="ThenBy"/>
    /// <summary>Sorts what the order leaves equal so far by another key, the highest first.</summary>
    public OrderedLiveQuery<T> ThenByDescending<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => new(Parts.ThenBy(key, comparer, isDescending: true));
}

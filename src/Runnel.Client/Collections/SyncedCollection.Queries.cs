namespace Runnel.Client;

/// <summary>Live queries.</summary>
public sealed partial class SyncedCollection<T>
{
    /// <inheritdoc cref="LiveQuery{T}.Where"/>
    public LiveQuery<T> Where(Func<T, bool> condition) => LiveQuery<T>.Of(this).Where(condition);

    /// <inheritdoc cref="LiveQuery{T}.OrderBy"/>
    public OrderedLiveQuery<T> OrderBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => LiveQuery<T>.Of(this).OrderBy(key, comparer);

    /// <inheritdoc cref="LiveQuery{T}.OrderByDescending"/>
    public OrderedLiveQuery<T> OrderByDescending<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer = null) => LiveQuery<T>.Of(this).OrderByDescending(key, comparer);

    /// <inheritdoc cref="LiveQuery{T}.Take"/>
    public LiveQuery<T> Take(int count) => LiveQuery<T>.Of(this).Take(count);

    /// <inheritdoc cref="LiveQuery{T}.Bind"/>
    public LiveList<T> Bind() => LiveQuery<T>.Of(this).Bind();
}

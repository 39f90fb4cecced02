using System.Collections.Immutable;
using Runnel.Client.Models;

namespace Runnel.Client.Collections;

/// <summary>What a query is made of. Never changes.</summary>
/// <param name="Collection">The collection that is asked.</param>
/// <param name="Conditions">What must hold of an object.</param>
/// <param name="Sortings">The keys of the order, the first of which decides first.</param>
/// <param name="Limit">How many objects to show at most.</param>
internal sealed record LiveQueryParts<T>(SyncedCollection<T> Collection, ImmutableArray<Func<T, bool>> Conditions, ImmutableArray<Sorting<T>> Sortings, int Limit)
    where T : class, ISynced<T>
{
    public LiveQueryParts<T> With(Func<T, bool> condition) => BeforeLimit() with { Conditions = Conditions.Add(condition) };

    public LiveQueryParts<T> SortedBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending) =>
        BeforeLimit() with { Sortings = [Make(key, comparer, isDescending)] };

    public LiveQueryParts<T> ThenBy<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending) =>
        this with { Sortings = Sortings.Add(Make(key, comparer, isDescending)) };

    public bool Matches(T model)
    {
        foreach (var condition in Conditions)
        {
            if (!condition(model)) return false;
        }
        return true;
    }

    private static Sorting<T, TKey> Make<TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, bool isDescending) =>
        new(key, comparer ?? (typeof(TKey) == typeof(string) ? (IComparer<TKey>)StringComparer.CurrentCulture : Comparer<TKey>.Default), isDescending);

    private LiveQueryParts<T> BeforeLimit() =>
        Limit == int.MaxValue ? this : throw new InvalidOperationException("Where and OrderBy come before Take.");
}

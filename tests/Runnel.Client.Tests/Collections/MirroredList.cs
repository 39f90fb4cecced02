using System.Collections.Specialized;
using Runnel.Client.Models;

namespace Runnel.Client.Tests.Collections;

/// <summary>What a user interface shows of a list that it read once, and whose changes it knows from the events alone.</summary>
internal sealed class MirroredList<T> where T : class, ISynced<T>
{
    private readonly LiveList<T> _list;

    public MirroredList(LiveList<T> list)
    {
        _list = list;
        Items = [.. list];
        list.CollectionChanged += (_, change) => Apply(change);
    }

    public List<T> Items { get; }

    /// <summary>What was said, in the order in which it was.</summary>
    public List<NotifyCollectionChangedAction> Said { get; } = [];

    private void Apply(NotifyCollectionChangedEventArgs change)
    {
        Said.Add(change.Action);
        switch (change.Action)
        {
            case NotifyCollectionChangedAction.Add: Items.Insert(change.NewStartingIndex, One(change.NewItems)); break;
            case NotifyCollectionChangedAction.Remove: RemoveAt(change.OldStartingIndex, One(change.OldItems)); break;
            case NotifyCollectionChangedAction.Move:
                RemoveAt(change.OldStartingIndex, One(change.OldItems));
                Items.Insert(change.NewStartingIndex, One(change.NewItems));
                break;
            default: Assert.Fail($"{change.Action} is not minimal."); break;
        }
        // A list that is asked while it tells of a step has taken that step, and none after it.
        Assert.Equal(Items, _list);
    }

    private void RemoveAt(int index, T expected)
    {
        Assert.Same(expected, Items[index]);
        Items.RemoveAt(index);
    }

    private static T One(System.Collections.IList? items) => Assert.IsType<T>(Assert.Single(items!.Cast<object>()));
}

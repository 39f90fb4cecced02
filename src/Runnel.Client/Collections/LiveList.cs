using System.Collections;
using System.Collections.Specialized;
using System.ComponentModel;
using Runnel.Client.Collections;
using Runnel.Client.Models;

namespace Runnel.Client;

/// <summary>
/// The answer to a query, kept up to date: bind it to a list of any user interface. Each change of an object is at most one addition,
/// removal or move (two where a <c>Take</c> lets another in), never a reset, and costs time that grows with the logarithm of the list.
/// </summary>
/// <remarks>
/// The list changes, and says so, on the context on which it was made, at most every 16 ms; where there was none, on a
/// thread of the pool. It may be read from any thread: an enumeration is a snapshot. It lives until it is disposed of.
/// </remarks>
/// <typeparam name="T">The model class.</typeparam>
public sealed partial class LiveList<T> : IReadOnlyList<T>, INotifyCollectionChanged, INotifyPropertyChanged, ICollectionWatcher<T>, IDisposable
    where T : class, ISynced<T>
{
    // That of a frame of 60 in a second: nobody sees more of them.
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(16);

    private static readonly PropertyChangedEventArgs CountChange = new(nameof(Count));
    private static readonly PropertyChangedEventArgs ItemsChange = new("Item[]");

    private readonly SyncedCollection<T> _collection;
    private readonly LiveWindow<T> _window;
    private readonly NotificationQueue _notifications;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private OrderedDictionary<T, CollectionChange<T>> _changes = new(ReferenceEqualityComparer.Instance);
    private long _lastFlush;
    private bool _isDue = true;
    private volatile bool _isDisposed;

    internal LiveList(LiveQueryParts<T> query)
    {
        var client = query.Collection.Stream.Client;
        _collection = query.Collection;
        _window = new LiveWindow<T>(query);
        _time = client.Options.Time;
        _notifications = new NotificationQueue(SynchronizationContext.Current ?? client.Context);
        _timer = _time.CreateTimer(static list => ((LiveList<T>)list!).Post(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _collection.Watch(this);
        Build();
    }

    /// <summary>One object came, went or moved.</summary>
    public event NotifyCollectionChangedEventHandler? CollectionChanged;

    /// <summary>
    /// Something in the list is another: which objects, their order, or what one of them holds. Raised once for all that a frame brings, after
    /// everything else: for user interfaces that draw the whole list anew.
    /// </summary>
    public event EventHandler? Changed;

    /// <summary><see cref="Count"/> or an item is another.</summary>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_gate) return _window.Count;
        }
    }

    /// <inheritdoc/>
    public T this[int index]
    {
        get
        {
            lock (_gate) return _window[index];
        }
    }

    /// <summary>Where an object is in the list; -1 if it is not.</summary>
    public int IndexOf(T model)
    {
        lock (_gate) return _window.IndexOf(model);
    }

    /// <summary>Enumerates the list as it was when this was called.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ToArray().GetEnumerator();

    /// <summary>Lets the list stay as it is from now on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _collection.Unwatch(this);
        _timer.Dispose();
    }

    void ICollectionWatcher<T>.Note(CollectionChange<T> change)
    {
        TimeSpan wait;
        lock (_gate)
        {
            _changes[change.Model] = change;
            if (_isDue) return;
            _isDue = true;
            wait = Interval - _time.GetElapsedTime(_lastFlush);
        }
        if (wait <= TimeSpan.Zero) Post();
        else _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private T[] ToArray()
    {
        lock (_gate) return _window.ToArray();
    }

    /// <summary>Shows what is there. Nobody listens yet, and what comes meanwhile waits.</summary>
    private void Build()
    {
        while (true)
        {
            IReadOnlyList<CollectionChange<T>> changes;
            lock (_gate)
            {
                if (_changes.Count == 0)
                {
                    _isDue = false;
                    return;
                }
                changes = TakeChanges();
                _isDue = true;
            }
            lock (_gate) _ = changes.SelectMany(_window.Apply).Count();
        }
    }

    private void Post() => _notifications.Post(Flush);

    private void Flush()
    {
        var changes = TakeChanges();
        var taken = 0;
        try
        {
            // Those that went first: another of the same id may have come.
            foreach (var change in changes.OrderBy(change => change.Kind != CollectionChangeKind.Removed))
            {
                if (_isDisposed) return;
                taken++;
                Apply(change);
            }
            if (taken > 0) Changed?.Invoke(this, EventArgs.Empty);
        }
        finally
        {
            // The query or a listener threw, which is the app's to see; the other objects show in the next frame.
            if (taken < changes.Count && !_isDisposed) PutBack(changes.OrderBy(change => change.Kind != CollectionChangeKind.Removed).Skip(taken));
        }
    }

    /// <summary>Lets one object show as it is; each step is said when it is done, and outside of the lock.</summary>
    private void Apply(CollectionChange<T> change)
    {
        using var steps = _window.Apply(change).GetEnumerator();
        while (true)
        {
            lock (_gate)
            {
                if (!steps.MoveNext()) return;
            }
            if (steps.Current.Action != NotifyCollectionChangedAction.Move) PropertyChanged?.Invoke(this, CountChange);
            PropertyChanged?.Invoke(this, ItemsChange);
            CollectionChanged?.Invoke(this, steps.Current);
        }
    }

    private IReadOnlyList<CollectionChange<T>> TakeChanges()
    {
        lock (_gate)
        {
            var taken = _changes;
            _changes = new OrderedDictionary<T, CollectionChange<T>>(ReferenceEqualityComparer.Instance);
            _isDue = false;
            _lastFlush = _time.GetTimestamp();
            return [.. taken.Values];
        }
    }

    private void PutBack(IEnumerable<CollectionChange<T>> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes) _changes.TryAdd(change.Model, change);
            if (_isDue) return;
            _isDue = true;
        }
        Post();
    }
}

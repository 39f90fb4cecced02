using System.Threading.Channels;

namespace Runnel.Client.Collections;

/// <summary>
/// The changes of a collection that one reader has not taken yet: at most one for each object, so that a reader that lags is told less
/// often, never too late and never wrongly.
/// </summary>
internal sealed class ChangeFeed<T> : ICollectionWatcher<T> where T : class
{
    private readonly Lock _gate = new();
    // One wake-up is as good as many: the reader takes everything that waits.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private OrderedDictionary<T, CollectionChange<T>> _waiting = new(ReferenceEqualityComparer.Instance);

    public void Note(CollectionChange<T> change)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(change.Model, out var before)) _waiting.Add(change.Model, change);
            else if (Join(before.Kind, change.Kind) is { } kind) _waiting[change.Model] = change with { Kind = kind };
            else _waiting.Remove(change.Model);
        }
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Waits for changes and takes all there are.</summary>
    public async ValueTask<IReadOnlyList<CollectionChange<T>>> TakeAsync(CancellationToken cancellationToken)
    {
        await _wake.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            var taken = _waiting;
            _waiting = new OrderedDictionary<T, CollectionChange<T>>(ReferenceEqualityComparer.Instance);
            return [.. taken.Values];
        }
    }

    /// <summary>What two changes of one object come to; <c>null</c> if to nothing.</summary>
    private static CollectionChangeKind? Join(CollectionChangeKind first, CollectionChangeKind second) => (first, second) switch
    {
        (CollectionChangeKind.Inserted, CollectionChangeKind.Removed) => null,
        (CollectionChangeKind.Inserted, _) => CollectionChangeKind.Inserted,
        (CollectionChangeKind.Removed, CollectionChangeKind.Inserted) => CollectionChangeKind.Updated,   // the same object came back
        _ => second,
    };
}

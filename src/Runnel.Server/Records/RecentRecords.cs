using Runnel.Records;

namespace Runnel.Server.Records;

/// <summary>The records of the streams asked for last, by stream id. Safe for use by many threads.</summary>
/// <param name="capacity">The most streams that are kept; the one asked for longest ago goes first.</param>
internal sealed class RecentRecords(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _newestFirst = new();

    /// <summary>The entry of the stream with <paramref name="id"/>, new and empty if it is not kept.</summary>
    public Entry Take(string id)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var node)) _newestFirst.Remove(node);
            else node = new LinkedListNode<Entry>(new Entry(id));
            _newestFirst.AddFirst(node);
            _byId[id] = node;
            if (_newestFirst.Count > capacity) DropOldest();
            return node.Value;
        }
    }

    // Whoever still works with the entry keeps it to the end; nobody finds it any more.
    private void DropOldest()
    {
        _byId.Remove(_newestFirst.Last!.Value.Id);
        _newestFirst.RemoveLast();
    }

    /// <summary>One stream's records. Only the holder of <see cref="Gate"/> may look at them.</summary>
    public sealed class Entry(string id)
    {
        private RecordSet? _records;
        private MaterializedState? _state;

        public string Id { get; } = id;

        // Never asked for its wait handle, so there is nothing to dispose.
        public SemaphoreSlim Gate { get; } = new(1);

        /// <summary>The records as of the latest seq not after <paramref name="at"/>, if they are kept and merged by <paramref name="settings"/>.</summary>
        public RecordSet? FindRecords(StreamSettings settings, Seq at) =>
            _records is not null && _records.Head <= at && _records.Settings.Equals(settings) ? _records : null;

        /// <summary>The state as of <paramref name="at"/>, if it is kept and merged by <paramref name="settings"/>.</summary>
        public MaterializedState? FindState(StreamSettings settings, Seq at) =>
            FindRecords(settings, at) is not null && _state!.Seq == at ? _state : null;

        public void Keep(RecordSet records, MaterializedState state) => (_records, _state) = (records, state);

        public void Clear() => (_records, _state) = (null, null);
    }
}

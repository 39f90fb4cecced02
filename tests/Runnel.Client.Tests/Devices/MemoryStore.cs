using Runnel.Client.LocalStore;

namespace Runnel.Client.Tests.Devices;

/// <summary>A device's disk: what was committed is there when it is opened again.</summary>
internal sealed class MemoryStore : ILocalStoreSource
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(LocalKind Kind, string Stream, string Name), ReadOnlyMemory<byte>> _rows =
        new(Comparer<(LocalKind Kind, string Stream, string Name)>.Create((left, right) =>
            left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind)
            : left.Stream != right.Stream ? string.CompareOrdinal(left.Stream, right.Stream) : string.CompareOrdinal(left.Name, right.Name)));

    /// <summary>What each commit wrote, oldest first.</summary>
    public List<IReadOnlyList<LocalWrite>> Commits { get; } = [];

    public ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<ILocalStore>(new Opened(this));

    private sealed class Opened(MemoryStore store) : ILocalStore
    {
        public ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                store.Commits.Add([.. writes]);
                foreach (var write in writes)
                {
                    var key = (write.Key.Kind, write.Key.Stream, write.Key.Name);
                    if (write.Value is { } value) store._rows[key] = value;
                    else store._rows.Remove(key);
                }
            }
            return ValueTask.CompletedTask;
        }

        public async IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await ValueTask.CompletedTask;
            List<LocalRow> rows;
            lock (store._gate) rows = [.. store._rows.Where(row => row.Key.Kind == kind && row.Key.Stream == stream).Select(row => new LocalRow(row.Key.Name, row.Value))];
            foreach (var row in rows) yield return row;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

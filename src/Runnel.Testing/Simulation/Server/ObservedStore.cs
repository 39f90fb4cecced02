namespace Runnel.Testing.Simulation.Server;

/// <summary>The server's store, with a count of how often readers of events come to it.</summary>
internal sealed class ObservedStore(IStreamStore inner) : IStreamStore
{
    /// <summary>How often events were read.</summary>
    public long Reads { get; private set; }

    public ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken) => inner.CommitAsync(group, cancellationToken);

    public ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken) => inner.LoadAsync(stream, cancellationToken);

    public IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, CancellationToken cancellationToken)
    {
        Reads++;
        return inner.ReadAsync(stream, after, cancellationToken);
    }

    public ValueTask<IReadOnlyList<Seq>> FindAsync(StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken) =>
        inner.FindAsync(stream, client, firstClientSeq, count, cancellationToken);

    public ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken) => inner.ListAsync(prefix, after, limit, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

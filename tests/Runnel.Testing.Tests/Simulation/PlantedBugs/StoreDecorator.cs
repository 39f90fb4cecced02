using Runnel.Server.Stores;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>A store that does what another does.</summary>
internal abstract class StoreDecorator(IStreamStore inner) : IStreamStore
{
    /// <summary>The store that does it.</summary>
    protected IStreamStore Inner { get; set; } = inner;

    public virtual ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken) =>
        Inner.CommitAsync(group, cancellationToken);

    public virtual ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken) => Inner.LoadAsync(stream, cancellationToken);

    public virtual IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, CancellationToken cancellationToken) => Inner.ReadAsync(stream, after, cancellationToken);

    public virtual ValueTask<IReadOnlyList<Seq>> FindAsync(StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken) =>
        Inner.FindAsync(stream, client, firstClientSeq, count, cancellationToken);

    public ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken) =>
        Inner.ListAsync(prefix, after, limit, cancellationToken);

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}

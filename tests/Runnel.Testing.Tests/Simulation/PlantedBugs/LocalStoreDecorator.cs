using Runnel.Client.LocalStore;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>A local store that does what another does.</summary>
internal abstract class LocalStoreDecorator(ILocalStore inner) : ILocalStore
{
    public abstract ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken);

    public IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, CancellationToken cancellationToken) => inner.ReadAsync(kind, stream, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    protected ValueTask CommitInnerAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken) => inner.CommitAsync(writes, cancellationToken);
}

/// <summary>Takes what has left the outbox away in a commit of its own, before the rest.</summary>
internal sealed class CommitsInTwo(ILocalStore inner) : LocalStoreDecorator(inner)
{
    public override async ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken)
    {
        foreach (var part in writes.GroupBy(write => write.Key.Kind == LocalKind.Pending && write.Value is null).OrderByDescending(part => part.Key)) await CommitInnerAsync([.. part], cancellationToken);
    }
}

/// <summary>Does not write some rows.</summary>
internal sealed class DropsRows(ILocalStore inner, Func<LocalWrite, bool> isDropped) : LocalStoreDecorator(inner)
{
    public override async ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken) =>
        await CommitInnerAsync([.. writes.Where(write => !isDropped(write))], cancellationToken);
}

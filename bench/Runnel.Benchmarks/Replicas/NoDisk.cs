using Runnel.Client.LocalStore;

namespace Runnel.Benchmarks.Replicas;

/// <summary>A local store that keeps nothing: for what is measured beside the disk.</summary>
internal sealed class NoDisk : ILocalStoreSource, ILocalStore
{
    public ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<ILocalStore>(this);

    public ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, CancellationToken cancellationToken) => AsyncEnumerable.Empty<LocalRow>();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

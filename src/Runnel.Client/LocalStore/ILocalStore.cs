namespace Runnel.Client.LocalStore;

/// <summary>
/// Keeps what a client must not lose: a table of rows, written in transactions. It knows nothing of what the rows mean. Every
/// implementation passes <c>LocalStoreSpecification</c> (Runnel.Testing).
/// </summary>
/// <remarks>One process uses a store at a time, unless it is an <see cref="ISharedLocalStore"/>; <see cref="CommitAsync"/> is called by one caller at a time, reads by any.</remarks>
public interface ILocalStore : IAsyncDisposable
{
    /// <summary>What people should know about the store, such as that the system may delete it; <c>null</c> for nothing.</summary>
    string? Warning => null;

    /// <summary>Does all of <paramref name="writes"/>, in order, in one durable transaction, or nothing.</summary>
    /// <exception cref="LocalStoreException">Nothing was written.</exception>
    ValueTask CommitAsync(IReadOnlyList<LocalWrite> writes, CancellationToken cancellationToken);

    /// <summary>Reads the rows of one kind and stream, sorted by name (UTF-8 order), as of one moment.</summary>
    /// <exception cref="LocalStoreException">They cannot be read.</exception>
    IAsyncEnumerable<LocalRow> ReadAsync(LocalKind kind, string stream, CancellationToken cancellationToken);
}

/// <summary>Opens a local store, waiting while another process has it.</summary>
public interface ILocalStoreSource
{
    /// <summary>Opens the store, making it if it is not there.</summary>
    /// <exception cref="LocalStoreException">It cannot be opened: damaged, of a newer version, or not writable.</exception>
    ValueTask<ILocalStore> OpenAsync(CancellationToken cancellationToken);
}

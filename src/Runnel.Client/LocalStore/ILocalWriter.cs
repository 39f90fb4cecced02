namespace Runnel.Client.LocalStore;

/// <summary>
/// Writes to the local store in the order in which it is told, and does what waits for a change once that is durable; a simulation puts
/// one there that runs on its own time.
/// </summary>
internal interface ILocalWriter : IAsyncDisposable
{
    /// <summary>Writes the changes, all in one transaction, then does what waits for them.</summary>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    void Write(IEnumerable<LocalWrite> writes, Action? then);

    /// <summary>Completes when everything told so far is durable.</summary>
    /// <exception cref="LocalStoreException">The writer was closed, and could not write it.</exception>
    Task FlushAsync();
}

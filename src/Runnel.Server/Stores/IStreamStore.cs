namespace Runnel.Server.Stores;

/// <summary>
/// Keeps streams of events for ever: appends groups durably, reads runs back. Every implementation passes
/// <c>StreamStoreSpecification</c> (Runnel.Testing).
/// </summary>
/// <remarks>
/// <see cref="CommitAsync"/> is called by one committer at a time; everything else by any thread at any time. What a reader is
/// shown is durable: a crash can no longer take it back.
/// </remarks>
public interface IStreamStore : IAsyncDisposable
{
    /// <summary>
    /// Writes the whole <paramref name="group"/>, which names a stream once at most, in one durable commit; answers one result for
    /// each append, in order. An append whose expected head or stream id is stale writes nothing, and the others are written all the same.
    /// </summary>
    /// <remarks>
    /// May hold the calling thread until the device has synced: call it from a thread that nobody waits for. What has begun is not
    /// cancelled; the token is only looked at before.
    /// </remarks>
    /// <exception cref="StreamStoreException">
    /// Nothing of the group is visible, and after a crash all of it is there or none of it; the caller reloads. <see cref="StoreFault.Full"/>
    /// passes by itself; after any fault in which the device lied or may have, every later commit fails until the store is opened anew.
    /// </exception>
    /// <exception cref="ArgumentException">The group does not fit together (<see cref="StreamAppend.ThrowIfUnfit"/>); nothing was written.</exception>
    ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken);

    /// <summary>What the store knows of <paramref name="stream"/>; <c>null</c> if there is no such stream.</summary>
    /// <exception cref="StreamStoreException">The stream is damaged, or the store cannot be read.</exception>
    ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken);

    /// <summary>Reads in order from just past <paramref name="after"/> to the head as it stood when the read began; nothing for an unknown stream.</summary>
    /// <remarks>A stream that is deleted meanwhile may end early; events of a later stream of the same name never follow.</remarks>
    /// <exception cref="StreamStoreException">A damaged part is reached; what came before it was whole.</exception>
    IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, CancellationToken cancellationToken);

    /// <summary>
    /// The seqs of <paramref name="client"/>'s events numbered <paramref name="firstClientSeq"/> and on, <paramref name="count"/> of
    /// them at most, in order; fewer where the store has fewer. A client's numbers are never forgotten while its stream exists.
    /// </summary>
    ValueTask<IReadOnlyList<Seq>> FindAsync(StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken);

    /// <summary>The streams whose names begin with <paramref name="prefix"/> and come after <paramref name="after"/>, by UTF-8 order, <paramref name="limit"/> at most.</summary>
    ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken);
}

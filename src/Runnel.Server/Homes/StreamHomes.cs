using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// The way to every stream's home: routes publishes, creations and deletions to the one home of each stream, which is brought into
/// memory on first use and leaves it when idle. Safe for use by many threads.
/// </summary>
public sealed class StreamHomes : IAsyncDisposable
{
    /// <summary>Makes the homes over <paramref name="store"/>, which stays the caller's to dispose, after the homes.</summary>
    public StreamHomes(IStreamStore store, HomeOptions options, TimeProvider time, IdSource ids)
    {
        Store = store;
        _ = (options, time, ids);
    }

    /// <summary>Where the streams are kept; reads go to it directly and see durable events only.</summary>
    public IStreamStore Store { get; }

    /// <summary>Publishes a batch; answers once it is durable, or refused.</summary>
    public ValueTask<PublishResult> PublishAsync(PublishRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Creates the stream, or finds it there with equal settings, or adds rules that no event contradicts yet.</summary>
    public ValueTask<CreateResult> CreateAsync(StreamName stream, StreamSettings settings, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes the stream durably; <c>null</c> once it is gone, else why not.</summary>
    public ValueTask<Refusal?> DeleteAsync(StreamName stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What the stream is, with its durable head; <c>null</c> if there is none.</summary>
    public ValueTask<StreamHeader?> FindAsync(StreamName stream, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Finishes what was accepted, then lets the homes go; later calls are refused as <c>overloaded</c>.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The answer to a creation.</summary>
public abstract record CreateResult
{
    private CreateResult() { }   // these two and no more

    /// <summary>The stream is there, durably.</summary>
    /// <param name="Header">What it is now.</param>
    /// <param name="IsNew">Whether this call made it.</param>
    public sealed record Ready(StreamHeader Header, bool IsNew) : CreateResult;

    /// <summary>The stream is not as asked.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : CreateResult;
}

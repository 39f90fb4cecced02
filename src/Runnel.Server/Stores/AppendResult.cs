namespace Runnel.Server.Stores;

/// <summary>What became of one stream's part of a commit. A stale head only means that somebody wrote first, so callers must look.</summary>
public abstract record AppendResult
{
    private AppendResult() { }   // these two and no more

    /// <summary>The append is durable.</summary>
    /// <param name="Head">The stream's head after it; none after a delete.</param>
    public sealed record Appended(Seq Head) : AppendResult;

    /// <summary>
    /// Nothing was written: the stream is not as the append expected it, or it is known to be damaged and takes no more events
    /// (<see cref="IStreamStore.LoadAsync"/> says which).
    /// </summary>
    /// <param name="Expected">The head that was expected.</param>
    /// <param name="Head">The head as it is; none for a stream that is gone or has another id.</param>
    public sealed record StaleHead(Seq Expected, Seq Head) : AppendResult;
}

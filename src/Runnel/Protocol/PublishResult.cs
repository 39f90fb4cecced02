namespace Runnel.Protocol;

/// <summary>The answer to a publish, given only once it can no longer change.</summary>
public abstract record PublishResult
{
    private PublishResult() { }   // these two and no more

    /// <summary>Every event is durable in the stream: appended now, or there already from an earlier publish of the same events.</summary>
    /// <param name="Seqs">The events' seqs, in the order of the request.</param>
    /// <param name="Head">The stream's durable head at the time of the answer.</param>
    public sealed record Published(IReadOnlyList<Seq> Seqs, Seq Head) : PublishResult;

    /// <summary>Nothing was appended, and no clientSeq is used up.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : PublishResult;
}

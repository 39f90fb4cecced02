using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>What a home wants done. The shell does it in order.</summary>
public abstract record HomeOutput
{
    private HomeOutput() { }

    /// <summary>Commit this, behind the appends before it, then tell the home how it went.</summary>
    /// <param name="Write">What to write.</param>
    public sealed record Append(StreamAppend Write) : HomeOutput;

    /// <summary>Read the stored events of <paramref name="Client"/> from <paramref name="FirstClientSeq"/> on and tell the home.</summary>
    /// <param name="Client">The author.</param>
    /// <param name="FirstClientSeq">The first one's clientSeq.</param>
    /// <param name="Count">How many.</param>
    public sealed record Recall(ClientId Client, long FirstClientSeq, int Count) : HomeOutput;

    /// <summary>Answer a request.</summary>
    /// <param name="Ticket">The request's ticket.</param>
    /// <param name="Result">The answer.</param>
    public sealed record Answer(object Ticket, HomeAnswer Result) : HomeOutput;

    /// <summary>Readers may see this now: it is durable.</summary>
    /// <param name="Header">What the stream is.</param>
    /// <param name="Events">The events, in seq order, right after those shown before; perhaps none.</param>
    public sealed record Show(StreamHeader Header, IReadOnlyList<EncodedEvent> Events) : HomeOutput;

    /// <summary>The stream is gone, durably: its readers are to be told.</summary>
    public sealed record Remove : HomeOutput;

    /// <summary>The home no longer knows what is stored: make another from the store and hand it these requests.</summary>
    /// <param name="Waiting">The requests that were not looked at yet.</param>
    public sealed record Reload(IReadOnlyList<HomeRequest> Waiting) : HomeOutput;
}

/// <summary>The answer to a request.</summary>
public abstract record HomeAnswer
{
    private HomeAnswer() { }

    /// <summary>It was not done.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : HomeAnswer;

    /// <summary>The batch is durable.</summary>
    /// <param name="Seqs">The events' seqs.</param>
    /// <param name="Head">The durable head.</param>
    public sealed record Published(IReadOnlyList<Seq> Seqs, Seq Head) : HomeAnswer;

    /// <summary>The stream is there, with the settings asked for.</summary>
    /// <param name="Header">What it is.</param>
    /// <param name="IsNew">Whether this request made it.</param>
    public sealed record Ready(StreamHeader Header, bool IsNew) : HomeAnswer;

    /// <summary>The stream is gone.</summary>
    public sealed record Deleted : HomeAnswer;

    /// <summary>What is known of the client.</summary>
    /// <param name="Header">The stream.</param>
    /// <param name="Client">The client's last number, nonce and session.</param>
    public sealed record Opened(StreamHeader Header, ClientState Client) : HomeAnswer;
}

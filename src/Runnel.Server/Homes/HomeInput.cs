using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Server.Homes;

/// <summary>What a home is told. The shell tells it one at a time.</summary>
public abstract record HomeInput
{
    private protected HomeInput() { }

    /// <summary>The oldest append in flight is durable.</summary>
    public sealed record Committed : HomeInput;

    /// <summary>The oldest append in flight was not written, or nobody knows whether it was.</summary>
    /// <param name="Refusal">What its requests are answered.</param>
    public sealed record CommitFailed(Refusal Refusal) : HomeInput;

    /// <summary>The stored events that the home asked for, in order.</summary>
    /// <param name="Events">The events.</param>
    public sealed record Recalled(IReadOnlyList<StreamEvent> Events) : HomeInput;
}

/// <summary>What a home is asked for; it gives each request one answer.</summary>
/// <param name="Ticket">Comes back with the answer; the home never looks at it.</param>
public abstract record HomeRequest(object Ticket) : HomeInput
{
    /// <summary>Append a batch.</summary>
    /// <param name="Ticket">Comes back with the answer.</param>
    /// <param name="Request">The batch.</param>
    /// <param name="At">The time to note on its events.</param>
    /// <param name="Chain">What it is refused with, and refuses with it; <c>null</c> for a batch that stands alone.</param>
    public sealed record Publish(object Ticket, PublishRequest Request, DateTimeOffset At, PublishChain? Chain = null) : HomeRequest(Ticket);

    /// <summary>Make the stream, or find it with these settings.</summary>
    /// <param name="Ticket">Comes back with the answer.</param>
    /// <param name="Settings">The settings.</param>
    /// <param name="At">The time of creation to note.</param>
    public sealed record Create(object Ticket, StreamSettings Settings, DateTimeOffset At) : HomeRequest(Ticket);

    /// <summary>Remove the stream.</summary>
    /// <param name="Ticket">Comes back with the answer.</param>
    public sealed record Delete(object Ticket) : HomeRequest(Ticket);

    /// <summary>Say what is known of a client, whose session this opens: lower ones may no longer publish.</summary>
    /// <param name="Ticket">Comes back with the answer.</param>
    /// <param name="Client">The client.</param>
    /// <param name="Session">The client's session; durable with its first publish.</param>
    public sealed record Open(object Ticket, ClientId Client, long Session) : HomeRequest(Ticket);
}

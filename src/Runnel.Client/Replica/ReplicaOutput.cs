using Runnel.Client.LocalStore;
using Runnel.Protocol;

namespace Runnel.Client.Replica;

/// <summary>What a replica wants done. The shell does it in order; what is sent waits until what was written before it is durable.</summary>
internal abstract record ReplicaOutput
{
    private ReplicaOutput() { }

    /// <summary>Write this to the local store, in one transaction with the writes around it.</summary>
    public sealed record Write(LocalWrite Row) : ReplicaOutput;

    /// <summary>Say this to the server.</summary>
    public sealed record Send(ClientMessage Message) : ReplicaOutput;

    /// <summary>What apps see of the object may be another.</summary>
    public sealed record Changed(ObjectKey Key) : ReplicaOutput;

    /// <summary>A write was overwritten by one that had not seen it.</summary>
    public sealed record Conflicted(KeptConflict Conflict) : ReplicaOutput;

    /// <summary>The server refused events for good; they are kept.</summary>
    public sealed record Rejected(IReadOnlyList<Outbox.PendingEvent> Events, Refusal Refusal) : ReplicaOutput;

    /// <summary>The server asks to try again later.</summary>
    public sealed record TryLater(Refusal Refusal) : ReplicaOutput;

    /// <summary>The server asks who is there; nothing is sent until it is told.</summary>
    public sealed record AskForToken(Refusal Refusal) : ReplicaOutput;

    /// <summary>Another process has connected under this client's id since: connect again, with a higher session, and see what it has done.</summary>
    public sealed record Superseded(Refusal Refusal) : ReplicaOutput;

    /// <summary>What the server has is not what this replica holds, or it lets nobody in; the pending edits are kept, and nothing is sent.</summary>
    public sealed record StandsStill(string Reason) : ReplicaOutput;

    /// <summary>This store is a copy of another that goes on under the same client id: it must retire that id.</summary>
    public sealed record FoundCopy(string Reason) : ReplicaOutput;
}

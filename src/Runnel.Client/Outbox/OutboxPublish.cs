namespace Runnel.Client.Outbox;

/// <summary>What one publish carries.</summary>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Events">Its frozen events.</param>
internal sealed record OutboxPublish(string Nonce, IReadOnlyList<PendingEvent> Events)
{
    /// <summary>The last number it uses.</summary>
    public long LastClientSeq => Events[^1].Draft.ClientSeq!.Value;
}

namespace Runnel.Server.Stores;

/// <summary>What a home needs to know of its stream to go on where the last one stopped.</summary>
/// <param name="Header">Name, id, settings and head.</param>
/// <param name="Clients">What is known of each client that has published or opened a session. Owned by the caller.</param>
/// <param name="Named">The collections that events have named, each with its named fields. Owned by the caller.</param>
public sealed record StreamState(
    StreamHeader Header,
    Dictionary<ClientId, ClientState> Clients,
    Dictionary<CollectionName, HashSet<FieldName>> Named);

/// <summary>What a stream's home knows of one client. Never changes.</summary>
/// <param name="LastClientSeq">The highest clientSeq stored; 0 if none.</param>
/// <param name="LastPrecedingSeq">The precedingSeq of that event, below which the client may not fall.</param>
/// <param name="Session">The highest session that has published; 0 if none was ever said.</param>
/// <param name="Nonce">The nonce of the batch that held the last event; <c>null</c> if it had none.</param>
public sealed record ClientState(long LastClientSeq, Seq LastPrecedingSeq, long Session, string? Nonce)
{
    /// <summary>A client that has not published yet.</summary>
    public static ClientState New { get; } = new(0, Seq.None, 0, null);
}

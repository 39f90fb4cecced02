namespace Runnel.Testing.Simulation.Oracle;

/// <summary>What a user has done, as it was done: before anything was coalesced, frozen or sent. Never changes.</summary>
/// <param name="Collection">The object's collection.</param>
/// <param name="Id">The object's id.</param>
/// <param name="Said">What it says.</param>
/// <param name="Seen">How much of the stream its author had seen.</param>
/// <param name="Batch">The batch it was made in; <c>null</c> for none.</param>
internal sealed record OwnEdit(string Collection, string Id, Said Said, long Seen, long? Batch)
{
    /// <summary>The object.</summary>
    public string Key => $"{Collection}/{Id}";

    public override string ToString() => $"{Said.Op} {Key} {Said} (seen {Seen})";
}

/// <summary>An event as it waits in a device's outbox, read by the oracle for itself. Never changes.</summary>
/// <param name="Place">Its place there.</param>
/// <param name="Key">The object.</param>
/// <param name="Said">What it says.</param>
/// <param name="Seen">How much of the stream its author had seen.</param>
/// <param name="Batch">Whether it is part of a batch, and of which.</param>
/// <param name="IsRejected">Whether it was refused for good.</param>
internal sealed record WaitingEvent(long Place, string Key, Said Said, long Seen, long? Batch, bool IsRejected)
{
    public override string ToString() => $"{Said.Op} {Key} {Said} (place {Place}, seen {Seen}{(IsRejected ? ", rejected" : "")})";
}

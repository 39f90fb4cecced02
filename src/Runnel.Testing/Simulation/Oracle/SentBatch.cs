namespace Runnel.Testing.Simulation.Oracle;

/// <summary>A batch as it was sent once: what it holds, and what the server may answer.</summary>
internal sealed class SentBatch
{
    public required string Client { get; init; }
    public required string Stream { get; init; }
    public required long Ref { get; init; }

    /// <summary>The connection that it was sent on.</summary>
    public required int Connection { get; init; }
    public required long Session { get; init; }
    public required string? Nonce { get; init; }
    public required IReadOnlyList<Edit> Edits { get; init; }

    /// <summary>The codes with which it must be refused; none for what is right.</summary>
    public IReadOnlyList<string> Wrong { get; init; } = [];

    /// <summary>Whether it was published without numbers, so that sending it twice stores it twice.</summary>
    public bool IsByHand => Wrong.Count == 0 && Edits[0].ClientSeq is null;

    /// <summary>Whether a device has sent it, which numbers anew after a refusal.</summary>
    public bool IsDevices { get; init; }

    /// <summary>Whether a guard has refused it for good.</summary>
    public bool IsForbidden { get; set; }

    /// <summary>How often it has arrived at the server.</summary>
    public int Arrivals { get; set; }

    /// <summary>The client's number that was acknowledged when it arrived first.</summary>
    public long AcknowledgedAtArrival { get; set; }
}

namespace Runnel.Testing.Simulation;

/// <summary>How large a simulated world may be, at most; each seed draws its own size. Never changes.</summary>
public sealed record SimulationScale
{
    /// <summary>The streams, beside one that is deleted now and then.</summary>
    public int Streams { get; init; } = 3;

    /// <summary>The devices: the product's own clients, with users.</summary>
    public int Devices { get; init; } = 3;

    /// <summary>The authors without replicas, who number their events and overlap their resends.</summary>
    public int Authors { get; init; } = 3;

    /// <summary>The authors without numbers, as with curl.</summary>
    public int HandAuthors { get; init; } = 1;

    /// <summary>Those who only read.</summary>
    public int Readers { get; init; } = 1;

    /// <summary>How long edits are made and faults happen, in virtual time.</summary>
    public TimeSpan ActiveTime { get; init; } = TimeSpan.FromSeconds(4);
}

namespace Runnel.Coalescing;

/// <summary>What becomes of the outbox when an edit joins it.</summary>
public abstract record Coalesced
{
    private Coalesced() { }   // these four and no more

    /// <summary>The edit becomes an event of its own, at the end of the outbox.</summary>
    /// <param name="Event">The event; fields that it would have written in vain are left out.</param>
    public sealed record Append(Event Event) : Coalesced;

    /// <summary>The object's last pending event and the edit become one event, in the place of the former.</summary>
    /// <param name="Event">The event, with the former's numbers.</param>
    public sealed record Replace(Event Event) : Coalesced;

    /// <summary>The object's last pending event and the edit together come to nothing: the former leaves the outbox.</summary>
    public sealed record Withdraw : Coalesced;

    /// <summary>The edit comes to nothing: the outbox stays as it is.</summary>
    public sealed record Nothing : Coalesced;
}

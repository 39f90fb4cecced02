namespace Runnel.Records;

/// <summary>An event that is being merged, with the two questions that every rule asks: is it later, and had its author seen this?</summary>
internal readonly struct Arrival(StreamEvent arrived, StreamOrder order)
{
    private readonly bool _isBlind = arrived.Event.Blind;

    /// <summary>The event, as what it writes will remember it.</summary>
    public Writer By { get; } = new(arrived.Seq, arrived.Stamp);

    /// <summary>In which order the stream's events take effect.</summary>
    public StreamOrder Order => order;

    /// <summary>Whether the event takes effect after <paramref name="other"/>; <c>null</c> stands for "never".</summary>
    public bool IsAfter(Writer? other) => other is null || order.Compare(By, other) > 0;

    /// <summary>Whether the event takes effect before <paramref name="other"/>; <c>null</c> stands for "never".</summary>
    public bool IsBefore(Writer? other) => other is not null && order.Compare(By, other) < 0;

    /// <summary>
    /// Whether the event's author had seen <paramref name="other"/>: an earlier event of its own or, unless blind, one of the prefix
    /// that it had reconciled.
    /// </summary>
    public bool HasSeen(Writer other)
    {
        if (other.Stamp.Client == By.Stamp.Client) return other.Stamp.ClientSeq < By.Stamp.ClientSeq;
        return !_isBlind && !other.Seq.IsNone && other.Seq <= By.Stamp.PrecedingSeq;
    }
}

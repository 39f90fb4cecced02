namespace Runnel;

/// <summary>
/// An event's place in causal order, known at birth: what its author had seen, who that was, the author's own count.
/// Sorting by stamp is a linear extension of happened-before that every replica agrees on, without a clock.
/// </summary>
/// <param name="PrecedingSeq">The end of the gapless prefix of the stream that the author had reconciled.</param>
/// <param name="Client">The author.</param>
/// <param name="ClientSeq">The author's own counter in the stream; a pending event counts by its place in the outbox.</param>
public readonly record struct Stamp(Seq PrecedingSeq, ClientId Client, long ClientSeq) : IComparable<Stamp>
{
    /// <summary>Orders by preceding seq, then client (by UTF-8 bytes), then the client's own count.</summary>
    public int CompareTo(Stamp other)
    {
        var order = PrecedingSeq.CompareTo(other.PrecedingSeq);
        if (order == 0) order = Client.CompareTo(other.Client);
        return order != 0 ? order : ClientSeq.CompareTo(other.ClientSeq);
    }

    /// <summary>Whether <paramref name="left"/> is ordered before <paramref name="right"/>.</summary>
    public static bool operator <(Stamp left, Stamp right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is ordered after <paramref name="right"/>.</summary>
    public static bool operator >(Stamp left, Stamp right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not ordered after <paramref name="right"/>.</summary>
    public static bool operator <=(Stamp left, Stamp right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not ordered before <paramref name="right"/>.</summary>
    public static bool operator >=(Stamp left, Stamp right) => left.CompareTo(right) >= 0;
}

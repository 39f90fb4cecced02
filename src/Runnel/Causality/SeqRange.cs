namespace Runnel;

/// <summary>The seqs <see cref="From"/>, <see cref="From"/>+1 … <see cref="To"/>, both ends included; never empty unless default.</summary>
public readonly record struct SeqRange
{
    /// <summary>Makes the range from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range would be empty, or begin before the first event.</exception>
    public SeqRange(Seq from, Seq to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from.Value, 1, nameof(from));
        ArgumentOutOfRangeException.ThrowIfLessThan(to.Value, from.Value, nameof(to));
        From = from;
        To = to;
    }

    /// <summary>The first seq of the range.</summary>
    public Seq From { get; }

    /// <summary>The last seq of the range.</summary>
    public Seq To { get; }

    /// <summary>How many seqs the range has.</summary>
    public long Count => To - From + 1;

    /// <summary>Whether <paramref name="seq"/> lies in the range.</summary>
    public bool Contains(Seq seq) => From <= seq && seq <= To;

    /// <summary>The range as people write it: <c>11-15</c>, or <c>20</c> for a single seq.</summary>
    public override string ToString() => From == To ? From.ToString() : $"{From}-{To}";
}

using System.Globalization;

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

    /// <summary>Reads a range as people write it: <c>11-15</c>, or <c>20</c> for a single seq.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SeqRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!TryParseSeq(dash < 0 ? text : text[..dash], out var from)) return false;
        var to = from;
        if (dash >= 0 && (!TryParseSeq(text[(dash + 1)..], out to) || to < from)) return false;
        range = new SeqRange(new Seq(from), new Seq(to));
        return true;
    }

    /// <summary>The range as people write it: <c>11-15</c>, or <c>20</c> for a single seq.</summary>
    public override string ToString() => From == To ? From.ToString() : $"{From}-{To}";

    private static bool TryParseSeq(ReadOnlySpan<char> text, out long seq) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seq) && seq >= 1;
}

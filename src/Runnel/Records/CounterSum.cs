using System.Globalization;

namespace Runnel.Records;

/// <summary>The exact sum of a counter's increments: 128 bits hold more of them than a stream has seqs. Never changes.</summary>
internal sealed record CounterSum(Int128 Total)
{
    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">It is no integer.</exception>
    public static CounterSum Parse(string text) => new(Int128.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    /// <summary>The sum with <paramref name="amount"/> more.</summary>
    public static CounterSum Add(CounterSum? sum, long amount) => new((sum?.Total ?? 0) + amount);

    /// <summary>What the counter reads when it began at <paramref name="start"/>: beyond 2^53 the nearest double.</summary>
    public CanonicalJson ReadOn(long start)
    {
        var count = Total + start;
        return count == (long)count ? CanonicalJson.FromNumber((long)count) : CanonicalJson.FromNumber((double)count);
    }

    /// <summary>The sum in decimal digits.</summary>
    public override string ToString() => Total.ToString(CultureInfo.InvariantCulture);
}

using System.Diagnostics.CodeAnalysis;

namespace Runnel;

/// <summary>
/// A set of seqs, such as those that a replica holds. It is kept as ranges, so it costs what its gaps cost, and what is missing is
/// found by arithmetic. Not safe for use by several threads at once.
/// </summary>
public sealed class SeqSet
{
    /// <summary>The most ranges that a text may list: more than a page of gaps, few enough to answer in one go.</summary>
    public const int MaxParsedRanges = 1_000;

    // Sorted, with at least one missing seq between any two.
    private readonly List<SeqRange> _ranges = [];

    /// <summary>An empty set.</summary>
    public SeqSet() { }

    /// <summary>The set of all seqs of <paramref name="ranges"/>, which may overlap and come in any order.</summary>
    public SeqSet(IEnumerable<SeqRange> ranges)
    {
        foreach (var range in ranges) Add(range);
    }

    /// <summary>The seqs of the set as the fewest ranges, in order. A view: it changes with the set.</summary>
    public IReadOnlyList<SeqRange> Ranges => _ranges;

    /// <summary>How many seqs are in the set.</summary>
    public long Count { get; private set; }

    /// <summary>The end of the gapless prefix: the last seq before the first that is missing; none if the first seq is missing.</summary>
    public Seq PrefixEnd => _ranges.Count > 0 && _ranges[0].From == Seq.First ? _ranges[0].To : Seq.None;

    /// <summary>Reads ranges as people write them, <c>11-15,20</c>, in any order; or says in <paramref name="error"/> what is wrong with them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SeqSet? set, [NotNullWhen(false)] out string? error)
    {
        set = null;
        error = null;
        var parsed = new SeqSet();
        var left = MaxParsedRanges;
        foreach (var part in text.AsSpan().Split(','))
        {
            if (left-- == 0)
            {
                error = $"At most {MaxParsedRanges} ranges can be listed at once.";
                return false;
            }
            if (!SeqRange.TryParse(text.AsSpan(part), out var range))
            {
                error = $"\"{text[part]}\" is no range of seqs: 20, or 11-15 with the lower number first; seqs begin at 1.";
                return false;
            }
            parsed.Add(range);
        }
        set = parsed;
        return true;
    }

    /// <summary>Adds a seq; <c>false</c> if it was there.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="seq"/> is <see cref="Seq.None"/>.</exception>
    public bool Add(Seq seq) => Add(new SeqRange(seq, seq));

    /// <summary>Adds every seq of <paramref name="range"/>; <c>false</c> if all were there.</summary>
    public bool Add(SeqRange range)
    {
        // The ranges first … end-1 overlap the new one or touch it, and melt into it.
        var first = FirstEndingAtOrAfter(range.From.Value - 1);
        var (from, to, held, end) = (range.From, range.To, 0L, first);
        for (; end < _ranges.Count && _ranges[end].From.Value - 1 <= to.Value; end++)
        {
            held += _ranges[end].Count;
            from = Seq.Min(from, _ranges[end].From);
            to = Seq.Max(to, _ranges[end].To);
        }

        var merged = new SeqRange(from, to);
        if (merged.Count == held) return false;
        _ranges.RemoveRange(first, end - first);
        _ranges.Insert(first, merged);
        Count += merged.Count - held;
        return true;
    }

    /// <summary>Whether <paramref name="seq"/> is in the set.</summary>
    public bool Contains(Seq seq)
    {
        var index = FirstEndingAtOrAfter(seq.Value);
        return index < _ranges.Count && _ranges[index].Contains(seq);
    }

    /// <summary>The seqs of <paramref name="within"/> that are not in the set, as the fewest ranges, in order.</summary>
    public IReadOnlyList<SeqRange> Missing(SeqRange within)
    {
        var missing = new List<SeqRange>();
        var next = within.From;
        for (var i = FirstEndingAtOrAfter(within.From.Value); i < _ranges.Count && _ranges[i].From <= within.To; i++)
        {
            if (next < _ranges[i].From) missing.Add(new SeqRange(next, new Seq(_ranges[i].From.Value - 1)));
            if (_ranges[i].To >= within.To) return missing;
            next = _ranges[i].To.Next;
        }
        missing.Add(new SeqRange(next, within.To));
        return missing;
    }

    /// <summary>The ranges as people write them: <c>11-15,20</c>; empty for an empty set.</summary>
    public override string ToString() => string.Join(',', _ranges);

    /// <summary>The index of the first range that does not end before <paramref name="seq"/>; the number of ranges if all do.</summary>
    private int FirstEndingAtOrAfter(long seq)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].To.Value < seq) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

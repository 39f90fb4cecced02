using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Reading;

/// <summary>The query's <c>ranges=11-15,20</c>.</summary>
internal static class SeqRanges
{
    /// <summary>Reads ranges, which ascend and do not overlap.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyList<SeqRange>? ranges, [NotNullWhen(false)] out Refusal? refusal)
    {
        var read = new List<SeqRange>();
        ranges = read;
        refusal = null;
        foreach (var part in text.AsSpan().Split(','))
        {
            if (TryParseOne(text.AsSpan(part), out var range) && (read.Count == 0 || range.From > read[^1].To))
            {
                read.Add(range);
                continue;
            }
            refusal = new Refusal(ErrorCode.InvalidMessage, $"ranges are like 11-15,20: seqs from 1 on, ascending, without overlap, not \"{text}\".");
            ranges = null;
            return false;
        }
        return true;
    }

    private static bool TryParseOne(ReadOnlySpan<char> text, out SeqRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!TryParseSeq(dash < 0 ? text : text[..dash], out var from)) return false;
        var to = from;
        if (dash >= 0 && (!TryParseSeq(text[(dash + 1)..], out to) || to < from)) return false;
        range = new SeqRange(from, to);
        return true;
    }

    private static bool TryParseSeq(ReadOnlySpan<char> text, out Seq seq)
    {
        var valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1;
        seq = valid ? new Seq(number) : Seq.None;
        return valid;
    }
}

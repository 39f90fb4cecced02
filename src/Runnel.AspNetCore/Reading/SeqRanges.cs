using System.Diagnostics.CodeAnalysis;
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
            if (SeqRange.TryParse(text.AsSpan(part), out var range) && (read.Count == 0 || range.From > read[^1].To))
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
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Reading;

/// <summary>Which events are asked for: the ones after a seq, or ranges.</summary>
internal abstract record EventQuery
{
    private EventQuery() { }   // these two and no more

    /// <summary>Reads the query, or says what is wrong with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxEvents">What <c>limit</c> is by default and at most.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="refusal">What is wrong.</param>
    public static bool TryRead(HttpContext context, long maxEvents, [NotNullWhen(true)] out EventQuery? query, [NotNullWhen(false)] out Refusal? refusal)
    {
        query = null;
        var asked = context.Request.Query;
        if (asked.TryGetValue("ranges", out var text))
        {
            if (asked.ContainsKey("after") || asked.ContainsKey("limit"))
            {
                refusal = new Refusal(ErrorCode.InvalidMessage, "ranges say all: they go without after and limit.");
                return false;
            }
            if (SeqRanges.TryParse(text.ToString(), out var ranges, out refusal)) query = new Ranges(ranges);
            return query is not null;
        }
        if (!context.TryGetNumber("after", 0, out var after, out refusal) || !context.TryGetLimit(maxEvents, out var limit, out refusal)) return false;
        query = new Page(new Seq(after), limit);
        return true;
    }

    /// <summary>The ranges to read, all up to the stream's head.</summary>
    public abstract IReadOnlyList<SeqRange> RangesOf(StreamHeader header);

    /// <summary>Why the stream cannot answer this; <c>null</c> if it can.</summary>
    public abstract Refusal? Refuse(StreamHeader header);

    /// <summary>Whether a question that is answered by <paramref name="covered"/> now always will be.</summary>
    public virtual bool IsImmutable(StreamHeader header, IReadOnlyList<SeqRange> covered) => covered.Count > 0 && covered[^1].To < header.Head;

    /// <summary>The events after a seq.</summary>
    /// <param name="After">The last seq that is not asked for.</param>
    /// <param name="Limit">How many at most.</param>
    public sealed record Page(Seq After, long Limit) : EventQuery
    {
        /// <inheritdoc/>
        public override IReadOnlyList<SeqRange> RangesOf(StreamHeader header) =>
            After < header.Head ? [new SeqRange(After.Next, header.Head - After > Limit ? After + Limit : header.Head)] : [];

        /// <inheritdoc/>
        public override Refusal? Refuse(StreamHeader header) => After <= header.Head ? null : Diverged(After, header);
    }

    /// <summary>Ranges, as far as the head has reached them.</summary>
    /// <param name="Wanted">The ranges, ascending.</param>
    public sealed record Ranges(IReadOnlyList<SeqRange> Wanted) : EventQuery
    {
        /// <inheritdoc/>
        public override IReadOnlyList<SeqRange> RangesOf(StreamHeader header) =>
        [
            .. Wanted.Where(range => range.From <= header.Head).Select(range => new SeqRange(range.From, Seq.Min(range.To, header.Head))),
        ];

        /// <inheritdoc/>
        public override Refusal? Refuse(StreamHeader header) => null;

        /// <inheritdoc/>
        // What lies beyond the head is left out now and will be there one day.
        public override bool IsImmutable(StreamHeader header, IReadOnlyList<SeqRange> covered) =>
            Wanted[^1].To <= header.Head && base.IsImmutable(header, covered);
    }

    /// <summary>The client holds what the stream does not have.</summary>
    public static Refusal Diverged(Seq after, StreamHeader header) => new(
        ErrorCode.Diverged,
        $"after is {after}, but the head of {header.Name} is {header.Head}: what you hold is not this stream's history. Compare its id, {header.Id}, with yours.");
}

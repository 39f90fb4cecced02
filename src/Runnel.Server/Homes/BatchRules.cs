using System.Text;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>What a home asks of a batch, in the order in which the protocol answers: shape, limits, duplicate or conflict, gap, precedingSeq.</summary>
internal static class BatchRules
{
    // What an event's numbers, names of members and punctuation take as sent, beside its fields, collection and id.
    private const int EnvelopeBytes = 96;

    public static Refusal? CheckShape(IReadOnlyList<EventDraft> events, StreamSettings settings)
    {
        if (events.Count == 0) return new Refusal(ErrorCode.InvalidMessage, "A batch has at least one event.");
        for (var i = 0; i < events.Count; i++)
        {
            var collection = settings.Of(events[i].Key.Collection);
            if (collection.Fields.Count == 0) continue;
            foreach (var change in events[i].Fields.Changes)
            {
                if (collection.Allows(change)) continue;
                return new Refusal(ErrorCode.InvalidEvent, $"Event {i} of the batch: {change.Name} keeps all concurrent values, so it takes values only, not {change.Delta}.");
            }
        }
        return null;
    }

    public static Refusal? CheckLimits(IReadOnlyList<EventDraft> events, HomeOptions options)
    {
        if (events.Count > options.MaxBatchEvents)
        {
            return new Refusal(ErrorCode.TooLarge, $"A batch has at most {options.MaxBatchEvents} events, not {events.Count}.");
        }
        var total = 0L;
        for (var i = 0; i < events.Count; i++)
        {
            var bytes = SizeOf(events[i]);
            if (bytes > options.MaxEventBytes)
            {
                return new Refusal(ErrorCode.TooLarge, $"Event {i} of the batch has {bytes} bytes; at most {options.MaxEventBytes} are accepted.");
            }
            total += bytes;
        }
        return total <= options.MaxBatchBytes
            ? null
            : new Refusal(ErrorCode.TooLarge, $"The batch has {total} bytes; at most {options.MaxBatchBytes} are accepted.");
    }

    /// <summary>How many events at the beginning of the batch have numbers that the client has used before.</summary>
    public static int CountKnown(IReadOnlyList<EventDraft> events, ClientState client) =>
        events[0].ClientSeq is { } first ? (int)Math.Clamp(client.LastClientSeq - first + 1, 0, events.Count) : 0;

    public static Refusal? CheckContent(IReadOnlyList<EventDraft> events, IReadOnlyList<StreamEvent> stored)
    {
        for (var i = 0; i < stored.Count; i++)
        {
            var known = stored[i];
            if (events[i].HasContentOf(known.Event) && (events[i].ClientSeq ?? known.Event.ClientSeq) == known.Event.ClientSeq) continue;
            return new Refusal(ErrorCode.ClientSeqConflict, $"clientSeq {known.Event.ClientSeq} of {known.Client} is event {known.Seq}, with other content.");
        }
        return null;
    }

    public static Refusal? CheckNumbers(IReadOnlyList<EventDraft> events, ClientState client)
    {
        var expected = events[0].ClientSeq is { } first && first <= client.LastClientSeq ? first : client.LastClientSeq + 1;
        foreach (var draft in events)
        {
            if (draft.ClientSeq is { } number && number != expected)
            {
                return number > expected
                    ? new Refusal(ErrorCode.ClientSeqGap, $"clientSeq {expected} comes next, not {number}.")
                    : new Refusal(ErrorCode.InvalidEvent, $"The clientSeqs of a batch follow one another: {expected} comes next, not {number}.");
            }
            expected++;
        }
        return null;
    }

    /// <summary>Looks at what the events behind the first <paramref name="known"/> ones had seen.</summary>
    public static Refusal? CheckPreceding(IReadOnlyList<EventDraft> events, int known, ClientState client, Seq head)
    {
        var least = client.LastPrecedingSeq;
        for (var i = known; i < events.Count; i++)
        {
            var preceding = events[i].PrecedingSeq ?? head;
            if (preceding > head)
            {
                return new Refusal(ErrorCode.FuturePrecedingSeq, $"precedingSeq {preceding} is beyond the head, {head}: nobody has seen that.");
            }
            if (preceding < least)
            {
                return new Refusal(ErrorCode.PrecedingSeqRegressed, $"precedingSeq {preceding} comes after {least} of the same client: what was seen stays seen.");
            }
            least = preceding;
        }
        return null;
    }

    /// <summary>The bytes of a batch, as far as they matter.</summary>
    public static long SizeOf(IReadOnlyList<EventDraft> events)
    {
        var bytes = 0L;
        for (var i = 0; i < events.Count; i++) bytes += SizeOf(events[i]);
        return bytes;
    }

    private static int SizeOf(EventDraft draft) =>
        draft.Fields.Wire.Utf8.Length + draft.Key.Collection.Value.Length + Encoding.UTF8.GetByteCount(draft.Key.Id.Value) + EnvelopeBytes;
}

using Runnel.Records;

namespace Runnel.Coalescing;

/// <summary>
/// Shortens the outbox: decides what an edit does to it. The final state stays that of the events as they were made, edits that net
/// to nothing counting as never made; and what their author sees stays the same at every step.
/// </summary>
public static class Coalescer
{
    /// <summary>Decides what becomes of <paramref name="edit"/>.</summary>
    /// <param name="settings">How the stream's records merge.</param>
    /// <param name="confirmed">The object's confirmed record; <c>null</c> if no event has named the object.</param>
    /// <param name="pending">The object's events in the outbox, in order, frozen ones too.</param>
    /// <param name="edit">The edit, at the place that it would have at the end of the outbox.</param>
    public static Coalesced Add(StreamSettings settings, Record? confirmed, IReadOnlyList<PendingEvent> pending, PendingEvent edit)
    {
        var made = edit.Event.Event;
        if (pending.Count > 0 && MayMerge(pending[^1], edit))
        {
            // What lies beneath is all but the event that the edit merges into: confirmed + frozen + older pending.
            var last = pending[^1].Event.Event;
            var beneath = Beneath(settings, confirmed, pending.SkipLast(1));
            if (NetNothing.IsUnknownObject(beneath, last, made)) return new Coalesced.Withdraw();
            if (EventMerge.TryMerge(last, made, settings.Of(made.Key.Collection)) is { } merged)
            {
                return NetNothing.Strip(merged, beneath) is { } left ? new Coalesced.Replace(left) : new Coalesced.Withdraw();
            }
        }
        return NetNothing.Strip(made, Beneath(settings, confirmed, pending)) is { } rest ? new Coalesced.Append(rest) : new Coalesced.Nothing();
    }

    /// <summary>Whether nothing but the deltas themselves could stand against making one event of both.</summary>
    private static bool MayMerge(PendingEvent last, PendingEvent edit) =>
        !last.IsFrozen
        && last.Batch == edit.Batch   // else half of a batch could be seen, or go, with another
        && last.Event.Event.PrecedingSeq == edit.Event.Event.PrecedingSeq   // else the edit would deny what its author had seen
        && last.Event.Event.Blind == edit.Event.Event.Blind;

    private static Record? Beneath(StreamSettings settings, Record? confirmed, IEnumerable<PendingEvent> pending)
    {
        var beneath = confirmed?.Copy();
        foreach (var earlier in pending)
        {
            beneath ??= new Record(settings, earlier.Event.Event.Key.Collection);
            beneath.Apply(earlier.Event);
        }
        return beneath;
    }
}

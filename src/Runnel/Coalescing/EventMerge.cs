using Runnel.Records;

namespace Runnel.Coalescing;

/// <summary>Makes one event of two that stand next to each other in the life of an object.</summary>
internal static class EventMerge
{
    /// <summary>The one event that does what both do, in the place of <paramref name="first"/>; <c>null</c> if there is none.</summary>
    public static Event? TryMerge(Event first, Event second, CollectionSettings settings) => (first.Op, second.Op) switch
    {
        (EventOp.Insert or EventOp.Update, EventOp.Update) => MergeFields(first, second.Fields),
        (EventOp.Delete, EventOp.Insert) => Replace(first, second),
        // Where updates win, what stands before the delete may outlive it against a concurrent write.
        (_, EventOp.Delete) when settings.OnConcurrentDelete == ConcurrentDelete.DeleteWins => Replace(first, second),
        _ => null,
    };

    private static Event Replace(Event first, Event second) => second with { ClientSeq = first.ClientSeq };

    private static Event? MergeFields(Event first, EventFields second)
    {
        var merged = first.Fields.Changes.ToDictionary(change => change.Name, change => change.Delta);
        foreach (var (name, delta) in second.Changes)
        {
            var known = merged.GetValueOrDefault(name);
            var both = first.Op == EventOp.Insert ? DeltaMerge.TryMergeInserted(known, delta) : DeltaMerge.TryMerge(known, delta);
            if (both is null) return null;
            merged[name] = both;
        }
        return first with { Fields = EventFields.Create(merged.Select(change => new FieldChange(change.Key, change.Value))) };
    }
}

using Runnel.Records;

namespace Runnel.Coalescing;

/// <summary>Finds what need not be sent because it comes to nothing. A blind author cannot know that, and sends everything.</summary>
internal static class NetNothing
{
    /// <summary>Whether <paramref name="last"/> and <paramref name="made"/> insert and delete an object that nobody else can have heard of.</summary>
    public static bool IsUnknownObject(Record? beneath, Event last, Event made) =>
        beneath is null && !made.Blind && last.Op == EventOp.Insert && made.Op == EventOp.Delete;

    /// <summary>The event without the fields that it would set to what they are; <c>null</c> if no field is left.</summary>
    public static Event? Strip(Event made, Record? beneath)
    {
        if (made.Op != EventOp.Update || made.Blind || beneath is null) return made;
        FieldChange[] left = [.. made.Fields.Changes.Where(change => !IsInVain(change, beneath))];
        if (left.Length == made.Fields.Count) return made;
        return left.Length == 0 ? null : made with { Fields = EventFields.Create(left) };
    }

    // A write to siblings settles them, also if it repeats one. Nothing is seen of an object that does not exist, so nothing is equal.
    private static bool IsInVain(FieldChange change, Record beneath) =>
        change.Delta is Delta.SetValue set
        && beneath.TryRead(change.Name, out var value) && value == set.Value
        && beneath.SiblingsOf(change.Name).Count <= 1;
}

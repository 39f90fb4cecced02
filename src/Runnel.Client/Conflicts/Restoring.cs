using Runnel.Client.Replica;

namespace Runnel.Client.Conflicts;

/// <summary>What brings back what a conflict lost.</summary>
internal static class Restoring
{
    /// <summary>The edit that makes it again over what is shown now.</summary>
    public static (EventOp Op, EventFields Fields) EditFor(KeptConflict conflict, bool exists)
    {
        if (conflict.Overwrite is not { Field: { } field, Lost: { } lost }) return (EventOp.Delete, EventFields.Empty);
        if (exists) return (EventOp.Update, EventFields.Create([new FieldChange(field, lost)]));

        var whole = (conflict.Was?.Members() ?? []).ToDictionary(member => FieldName.Parse(member.Key), member => Read(member.Value));
        if (lost is Delta.SetValue || !whole.ContainsKey(field)) whole[field] = lost;
        return (EventOp.Insert, EventFields.Create(whole.Select(member => new FieldChange(member.Key, member.Value))));
    }

    // Siblings cannot be inserted as such: the last of them is what the object read.
    private static Delta Read(CanonicalJson value) => Delta.Set(
        value.Kind == System.Text.Json.JsonValueKind.Object && value.Members() is [{ Key: "$siblings", Value: var siblings }] ? siblings.Elements()[^1] : value);
}

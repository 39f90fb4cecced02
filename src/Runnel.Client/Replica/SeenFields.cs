using Runnel.Client.Outbox;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>What the author of a pending event saw of the fields that it writes: the third value that a merge by hand wants.</summary>
internal static class SeenFields
{
    /// <summary>The fields that <paramref name="edit"/> names, as <paramref name="shown"/> shows them; a JSON object.</summary>
    public static CanonicalJson Of(Record? shown, EventFields edit) => CanonicalJson.FromObject(
        from change in edit.Changes
        let seen = shown is not null && shown.TryRead(change.Name, out var value) ? value : (CanonicalJson?)null
        where seen is not null
        select KeyValuePair.Create(change.Name.Value, seen.Value));

    /// <summary>What was seen before two edits that became one: of a field that both name, what the first saw.</summary>
    public static CanonicalJson Join(PendingEvent first, CanonicalJson second)
    {
        var seen = first.Was?.Members().ToDictionary() ?? [];
        foreach (var (name, value) in second.Members())
        {
            if (first.Draft.Fields.Changes.All(change => change.Name.Value != name)) seen[name] = value;
        }
        return CanonicalJson.FromObject(seen);
    }
}

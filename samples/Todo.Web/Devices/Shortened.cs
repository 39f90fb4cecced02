using Runnel;

namespace Todo.Devices;

/// <summary>Fields whose texts are cut: one way to try again what the server found too long.</summary>
internal static class Shortened
{
    public static EventFields Of(EventFields fields, int length) => EventFields.Create(fields.Changes.Select(change =>
        change.Delta is Delta.SetValue set && set.Value.TryGetString(out var text) && text.Length > length
            ? new FieldChange(change.Name, Delta.Set(CanonicalJson.FromString($"{text[..length]}…")))
            : change));
}

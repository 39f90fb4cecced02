using Runnel.Records;

namespace Runnel.Client;

/// <summary>Why a field reads what it reads. Never changes.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">What stands in it; <c>null</c> if nothing does.</param>
/// <param name="Event">The latest event that it rests on, without a seq while that is pending; <c>null</c> if nothing stands in the field.</param>
/// <param name="Beat">What it beat without having seen it, as far as that is still listed.</param>
public sealed record FieldExplanation(FieldName Field, CanonicalJson? Value, Writer? Event, IReadOnlyList<Conflict> Beat)
{
    /// <summary>The explanation in a few words: <c>title = "Oats", by event 12 of 6f1c…; over "Milk" of event 11</c>.</summary>
    public override string ToString()
    {
        if (Event is null) return $"{Field} is absent";
        var author = Event.Stamp.Client.Value is { Length: > 8 } id ? id[..8] + "…" : Event.Stamp.Client.Value;
        var place = Event.Seq.IsNone ? "a pending event" : $"event {Event.Seq}";
        var beat = string.Concat(Beat.Select(conflict => $"; over {conflict.Lost} of event {conflict.Lost.Event.Seq}"));
        return $"{Field} = {Value}, by {place} of {author}{beat}";
    }
}

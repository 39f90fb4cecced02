using System.Text.Json;

namespace Runnel.Client.Models.Forms;

/// <summary>A list as a JSON array; an element that cannot be read is left out rather than made up.</summary>
internal sealed class SequenceForm<TSequence, T>(
    JsonForm<T> element, bool isImmutable, Func<TSequence, IEnumerable<T>> open, Func<T[], TSequence> close) : JsonForm<TSequence>
{
    internal override TSequence Default => close([]);

    internal override bool IsImmutable => isImmutable;

    internal override CanonicalJson Write(TSequence value) => CanonicalJson.FromArray(open(value).Select(element.Write));

    internal override bool TryRead(CanonicalJson json, out TSequence value)
    {
        var items = new List<T>();
        foreach (var item in json.Elements())
        {
            if (element.TryReadElement(item, out var read)) items.Add(read);
        }
        value = close([.. items]);
        return json.Kind == JsonValueKind.Array;
    }
}

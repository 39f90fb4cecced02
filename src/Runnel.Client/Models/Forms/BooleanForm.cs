using System.Text.Json;

namespace Runnel.Client.Models.Forms;

internal sealed class BooleanForm : JsonForm<bool>
{
    internal override CanonicalJson Write(bool value) => CanonicalJson.FromBoolean(value);

    internal override bool TryRead(CanonicalJson json, out bool value)
    {
        value = json.Kind == JsonValueKind.True;
        return json.Kind is JsonValueKind.True or JsonValueKind.False;
    }
}

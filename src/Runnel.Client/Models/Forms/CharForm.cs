namespace Runnel.Client.Models.Forms;

internal sealed class CharForm : JsonForm<char>
{
    internal override CanonicalJson Write(char value) => CanonicalJson.FromString(Normalize(value).ToString());

    internal override bool TryRead(CanonicalJson json, out char value)
    {
        var readable = json.TryGetString(out var text) && text.Length == 1;
        value = readable ? text![0] : default;
        return readable;
    }

    internal override char Normalize(char value) => char.IsSurrogate(value) ? '\uFFFD' : value;
}

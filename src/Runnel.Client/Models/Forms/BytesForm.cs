namespace Runnel.Client.Models.Forms;

internal sealed class BytesForm : JsonForm<byte[]>
{
    internal override byte[] Default => [];

    internal override bool IsImmutable => false;

    internal override CanonicalJson Write(byte[] value) => CanonicalJson.FromString(Convert.ToBase64String(value));

    internal override bool TryRead(CanonicalJson json, out byte[] value)
    {
        value = [];
        if (!json.TryGetString(out var text)) return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length)) return false;
        value = buffer[..length];
        return true;
    }
}

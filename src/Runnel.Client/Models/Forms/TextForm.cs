namespace Runnel.Client.Models.Forms;

/// <summary>Reads a value from text; <c>false</c> for text that is none.</summary>
internal delegate bool TextReader<T>(string text, out T value);

/// <summary>A type whose values travel as text.</summary>
internal class TextForm<T>(Func<T, string> write, TextReader<T> read) : JsonForm<T>
{
    internal sealed override CanonicalJson Write(T value) => CanonicalJson.FromString(write(Normalize(value)));

    internal sealed override bool TryRead(CanonicalJson json, out T value)
    {
        value = default!;
        return json.TryGetString(out var text) && read(text, out value);
    }
}

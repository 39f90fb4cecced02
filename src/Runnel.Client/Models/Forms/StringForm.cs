using System.Diagnostics.CodeAnalysis;

namespace Runnel.Client.Models.Forms;

internal sealed class StringForm : JsonForm<string>
{
    internal override string Default => "";

    internal override CanonicalJson Write(string value) => CanonicalJson.FromString(Normalize(value));

    internal override bool TryRead(CanonicalJson json, [MaybeNullWhen(false)] out string value) => json.TryGetString(out value);

    internal override string Normalize(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WellFormed(value);
    }

    /// <summary>The text with U+FFFD for what no UTF-8 can say, as every encoder puts it.</summary>
    internal static string WellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return text;
        return string.Create(text.Length, text, static (output, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                output[i] = text[i];
                if (!char.IsSurrogate(text[i])) continue;
                if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) output[i + 1] = text[++i];
                else output[i] = '\uFFFD';
            }
        });
    }
}

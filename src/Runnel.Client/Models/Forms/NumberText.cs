using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Runnel.Client.Models.Forms;

/// <summary>The one rule for numbers of every type: a JSON number where a double holds it exactly as written, else a string; both are read.</summary>
internal static class NumberText
{
    /// <summary>Writes the decimal number <paramref name="text"/>.</summary>
    public static CanonicalJson Write(string text) =>
        CanonicalJson.TryParse(Encoding.ASCII.GetBytes(text), out var number, out _) ? number : CanonicalJson.FromString(text);

    /// <summary>The decimal text of a number in either dress; text that is no number is for the type's parser to refuse.</summary>
    public static bool TryGet(CanonicalJson json, [NotNullWhen(true)] out string? text)
    {
        if (json.Kind != JsonValueKind.Number) return json.TryGetString(out text);
        text = json.ToString();
        return true;
    }
}

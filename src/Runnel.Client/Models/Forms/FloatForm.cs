using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Runnel.Client.Models.Forms;

internal sealed class FloatForm<T> : JsonForm<T> where T : struct, IBinaryFloatingPointIeee754<T>
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static FloatForm<T> Instance { get; } = new();

    internal override CanonicalJson Write(T value) => T.IsFinite(value)
        ? NumberText.Write(value.ToString("R", CultureInfo.InvariantCulture))
        : CanonicalJson.FromString(T.IsNaN(value) ? "NaN" : T.IsPositive(value) ? "Infinity" : "-Infinity");

    internal override bool TryRead(CanonicalJson json, out T value)
    {
        value = default;
        if (!NumberText.TryGet(json, out var text)) return false;
        switch (text)
        {
            case "NaN": value = T.NaN; return true;
            case "Infinity": value = T.PositiveInfinity; return true;
            case "-Infinity": value = T.NegativeInfinity; return true;
            default: return T.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && T.IsFinite(value);
        }
    }

    // JSON has neither -0 nor the many faces of NaN.
    internal override T Normalize(T value) => T.IsNaN(value) ? T.NaN : value == T.Zero ? T.Zero : value;
}

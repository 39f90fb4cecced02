using System.Globalization;

namespace Runnel.Client.Models.Forms;

/// <summary>Decimals without their trailing zeros: 1.10 and 1.1 are one number, in JSON as in a set.</summary>
internal sealed class DecimalForm : JsonForm<decimal>
{
    // Dividing by one with the largest scale brings a decimal to its smallest.
    private const decimal One = 1.0000000000000000000000000000m;

    internal override CanonicalJson Write(decimal value) => NumberText.Write(Normalize(value).ToString(CultureInfo.InvariantCulture));

    internal override bool TryRead(CanonicalJson json, out decimal value)
    {
        value = default;
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!NumberText.TryGet(json, out var text) || !decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var read)) return false;
        value = Normalize(read);
        return true;
    }

    internal override decimal Normalize(decimal value) => value / One;
}

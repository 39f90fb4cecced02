using System.Globalization;
using System.Numerics;

namespace Runnel.Client.Models.Forms;

internal sealed class IntegerForm<T> : JsonForm<T> where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    // 1e+21 and above are written so in canonical JSON.
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static IntegerForm<T> Instance { get; } = new();

    internal override CanonicalJson Write(T value) => NumberText.Write(value.ToString(null, CultureInfo.InvariantCulture));

    internal override bool TryRead(CanonicalJson json, out T value)
    {
        value = default;
        return NumberText.TryGet(json, out var text) && T.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
    }
}

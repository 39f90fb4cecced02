using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Runnel;

/// <summary>Numbers as RFC 8785, 3.2.2.3 writes them, which is as ECMAScript does (Number::toString).</summary>
internal static class CanonicalNumber
{
    /// <summary>2^53: below it every integer has a double of its own.</summary>
    public const double ExactIntegerLimit = 9_007_199_254_740_992;

    // 15 digits always fit a double; with more, the slow way decides.
    private const int SafeDigits = 15;

    /// <summary>Whether the JSON number <paramref name="text"/> is a short integer, which is canonical as it stands.</summary>
    public static bool IsPlainInteger(ReadOnlySpan<byte> text)
    {
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.Length > SafeDigits || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return digits.Length == text.Length || digits[0] != (byte)'0';   // "-0" is written "0"
    }

    /// <summary>Formats the JSON number <paramref name="text"/>; false if its double has another decimal value.</summary>
    public static bool TryFormat(ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        var written = Encoding.ASCII.GetString(text);
        if (!double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return false;
        if (Decimal.Read(written) != Decimal.Read(Shortest(number))) return false;
        canonical = Format(number);
        return true;
    }

    public static string Format(double number)
    {
        var (negative, digits, point) = Decimal.Read(Shortest(number));
        if (digits.Length == 0) return "0";
        var sign = negative ? "-" : "";
        var count = digits.Length;
        return point switch
        {
            _ when count <= point && point <= 21 => sign + digits.PadRight((int)point, '0'),
            > 0 and <= 21 => $"{sign}{digits[..(int)point]}.{digits[(int)point..]}",
            > -6 and <= 0 => $"{sign}0.{new string('0', (int)-point)}{digits}",
            _ => $"{sign}{digits[0]}{(count > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}",
        };
    }

    private static string Shortest(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The decimal value 0.<see cref="Digits"/> × 10^<see cref="Point"/>, without leading or trailing zeros; no digits for zero.</summary>
    private readonly record struct Decimal(bool Negative, string Digits, long Point)
    {
        // Far beyond any double, far within a long: two exponents that both saturate still differ from every finite double's.
        private const long ExponentLimit = 1_000_000_000_000;

        public static Decimal Read(string text)
        {
            var negative = text[0] == '-';
            var mantissaEnd = text.AsSpan().IndexOfAny('e', 'E');
            var mantissa = text[(negative ? 1 : 0)..(mantissaEnd < 0 ? text.Length : mantissaEnd)];
            var pointAt = mantissa.IndexOf('.', StringComparison.Ordinal);
            var whole = pointAt < 0 ? mantissa : mantissa[..pointAt];
            var all = whole + (pointAt < 0 ? "" : mantissa[(pointAt + 1)..]);
            var digits = all.TrimStart('0');
            var point = whole.Length - (all.Length - digits.Length) + (mantissaEnd < 0 ? 0 : Exponent(text.AsSpan(mantissaEnd + 1)));
            digits = digits.TrimEnd('0');
            return digits.Length == 0 ? default(Decimal) with { Digits = "" } : new Decimal(negative, digits, point);
        }

        private static long Exponent(ReadOnlySpan<char> text)
        {
            var exponent = 0L;
            foreach (var character in text)
            {
                if (char.IsAsciiDigit(character)) exponent = Math.Min(exponent * 10 + (character - '0'), ExponentLimit);
            }
            return text[0] == '-' ? -exponent : exponent;
        }
    }
}

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

    // More than the shortest text of any double has.
    private const int LongestShortest = 32;

    /// <summary>Whether the JSON number <paramref name="text"/> is seen at once to be canonical as it stands, as most are.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> text) => IsPlainInteger(text) || IsPlainFraction(text);

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

    private static bool IsPlainInteger(ReadOnlySpan<byte> text)
    {
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.Length > SafeDigits || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return digits.Length == text.Length || digits[0] != (byte)'0';   // "-0" is written "0"
    }

    /// <summary>Whether the text is just what .NET writes without an exponent, which it does in a part of the range where ECMAScript does.</summary>
    private static bool IsPlainFraction(ReadOnlySpan<byte> text)
    {
        Span<byte> shortest = stackalloc byte[LongestShortest];
        return text.Length <= LongestShortest && !text.ContainsAny((byte)'e', (byte)'E')
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number != 0
            && number.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture) && text.SequenceEqual(shortest[..length]);
    }

    /// <summary>The shortest decimal that reads back as <paramref name="number"/>, in .NET's notation.</summary>
    private static string Shortest(double number)
    {
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        // .NET is one digit short for 2^-25 and 2^-958: below a power of two doubles lie closer than above it.
        return double.Parse(shortest, CultureInfo.InvariantCulture) == number ? shortest : number.ToString("E16", CultureInfo.InvariantCulture);
    }

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

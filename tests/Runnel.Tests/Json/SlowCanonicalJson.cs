using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Runnel.Tests;

/// <summary>Canonical JSON by the slow, obvious method: read everything, sort every object, write numbers by exact arithmetic.</summary>
internal static class SlowCanonicalJson
{
    /// <summary>The canonical text, or <c>null</c> for a value that has none.</summary>
    public static string? Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Select(member => (member.Name, Value: Of(member.Value))).OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
                if (members.Exists(member => member.Value is null) || members.DistinctBy(member => member.Name).Count() < members.Count) return null;
                return "{" + string.Join(',', members.Select(member => Quote(member.Name) + ":" + member.Value)) + "}";
            case JsonValueKind.Array:
                var elements = value.EnumerateArray().Select(Of).ToList();
                return elements.Contains(null) ? null : "[" + string.Join(',', elements) + "]";
            case JsonValueKind.String: return Quote(value.GetString()!);
            case JsonValueKind.Number: return Number(value.GetRawText());
            default: return value.GetRawText();
        }
    }

    /// <summary>The number as ECMAScript writes its double; <c>null</c> if that is another number than the text says.</summary>
    public static string? Number(string text)
    {
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) return null;
        var written = Number(number);
        return Rational.Parse(text) == Rational.Parse(written) ? written : null;
    }

    /// <summary>ECMAScript's Number::toString, step by step: the fewest digits that read back, of those the nearest, of those the even one.</summary>
    public static string Number(double number)
    {
        if (number == 0) return "0";
        if (number < 0) return "-" + Number(-number);

        var exact = Rational.Of(number);
        var n = 0;   // 10^(n-1) <= number < 10^n
        while (exact < Rational.PowerOfTen(n - 1)) n--;
        while (exact >= Rational.PowerOfTen(n)) n++;
        for (var k = 1; ; k++)
        {
            var (digits, found) = Nearest(exact, number, n, k);
            if (!found) continue;
            var text = digits.ToString(CultureInfo.InvariantCulture);
            return text.Length > k ? Write(text[..k], n + 1, k) : Write(text, n, k);   // 9.8 to one digit is 10
        }
    }

    private static (BigInteger Digits, bool Found) Nearest(Rational exact, double number, int n, int k)
    {
        var scaled = exact * Rational.PowerOfTen(k - n);
        var below = scaled.Floor;
        var candidates = new[] { below, below + 1 }
            .Where(digits => digits >= BigInteger.Pow(10, k - 1) && digits <= BigInteger.Pow(10, k))
            .Where(digits => double.Parse($"{digits}e{n - k}", CultureInfo.InvariantCulture) == number)
            .ToList();
        if (candidates.Count < 2) return (candidates.FirstOrDefault(), candidates.Count == 1);
        var (down, up) = (scaled - new Rational(below, 1), new Rational(below + 1, 1) - scaled);
        return (down < up || (!(up < down) && below.IsEven) ? below : below + 1, true);   // the even one, if both are as near
    }

    private static string Write(string digits, int n, int k)
    {
        if (k <= n && n <= 21) return digits + new string('0', n - k);
        if (0 < n && n <= 21) return digits[..n] + "." + digits[n..];
        if (-6 < n && n <= 0) return "0." + new string('0', -n) + digits;
        var exponent = "e" + (n - 1 > 0 ? "+" : "-") + Math.Abs(n - 1).ToString(CultureInfo.InvariantCulture);
        return k == 1 ? digits + exponent : digits[..1] + "." + digits[1..] + exponent;
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture),
                _ => character.ToString(),
            });
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>An exact fraction, its denominator positive.</summary>
    private readonly record struct Rational(BigInteger Top, BigInteger Bottom)
    {
        public BigInteger Floor => BigInteger.Divide(Top, Bottom);   // of what is not negative

        public static Rational PowerOfTen(int exponent) =>
            exponent >= 0 ? new(BigInteger.Pow(10, exponent), 1) : new(1, BigInteger.Pow(10, -exponent));

        public static Rational Of(double number)
        {
            var bits = BitConverter.DoubleToInt64Bits(number);
            var exponent = (int)(bits >> 52 & 0x7FF);
            var fraction = bits & 0xFFFFFFFFFFFFF;
            var mantissa = exponent == 0 ? fraction : fraction | 1L << 52;
            var power = Math.Max(exponent, 1) - 1075;
            return power >= 0 ? new(mantissa * BigInteger.Pow(2, power), 1) : new(mantissa, BigInteger.Pow(2, -power));
        }

        public static Rational Parse(string text)
        {
            var parts = text.Split('e', 'E');
            var point = parts[0].IndexOf('.', StringComparison.Ordinal);
            var decimals = point < 0 ? 0 : parts[0].Length - point - 1;
            var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            return new Rational(digits, 1) * PowerOfTen((parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - decimals);
        }

        public bool Equals(Rational other) => Top * other.Bottom == other.Top * Bottom;

        public override int GetHashCode() => throw new NotSupportedException();

        public static Rational operator *(Rational left, Rational right) => new(left.Top * right.Top, left.Bottom * right.Bottom);

        public static Rational operator -(Rational left, Rational right) => new(left.Top * right.Bottom - right.Top * left.Bottom, left.Bottom * right.Bottom);

        public static bool operator <(Rational left, Rational right) => left.Top * right.Bottom < right.Top * left.Bottom;

        public static bool operator >(Rational left, Rational right) => right < left;

        public static bool operator <=(Rational left, Rational right) => !(right < left);

        public static bool operator >=(Rational left, Rational right) => !(left < right);
    }
}

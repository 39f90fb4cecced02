using System.Globalization;
using CsCheck;

namespace Runnel.Tests;

public class CanonicalNumberTests
{
    private static readonly Gen<double> AnyFinite = Gen.OneOf(
        Gen.Double.Where(double.IsFinite),
        Gen.ULong.Select(bits => BitConverter.UInt64BitsToDouble(bits)).Where(double.IsFinite),
        Gen.Long[-1L << 60, 1L << 60].Select(integer => (double)integer),
        Gen.Select(Gen.Int[-1074, 1023], Gen.Int[-2, 2]).Select((power, steps) => Step(Math.ScaleB(1, power), steps)),   // where gaps change
        Gen.Select(Gen.Int[-323, 308], Gen.Int[1, 99]).Select((power, digits) => double.Parse($"{digits}e{power}", CultureInfo.InvariantCulture)).Where(double.IsFinite));

    private static readonly Gen<string> AnyWritten = Gen.Select(
        Gen.Frequency((1, "-"), (3, "")), Gen.Long[0, 99_999_999], Gen.OneOf(Gen.Const(""), Gen.Int[0, 9_999_999].Select(decimals => $".{decimals}"), Gen.Const(".000"), Gen.Const(".50")),
        Gen.OneOf(Gen.Const(""), Gen.Int[-400, 400].Select(exponent => $"e{exponent}"), Gen.Int[0, 30].Select(exponent => $"E+{exponent}"), Gen.Const("e00")))
        .Select((sign, whole, decimals, exponent) => sign + whole + decimals + exponent);

    [Fact]
    public void A_double_is_written_as_ecmascript_writes_it() => AnyFinite.Sample(number =>
        Assert.Equal(SlowCanonicalJson.Number(number), CanonicalJson.FromNumber(number).ToString()), iter: Randomized.Runs(1_000));

    [Fact]
    public void What_is_written_reads_back_as_the_same_double() => AnyFinite.Sample(number =>
    {
        var written = CanonicalJson.FromNumber(number).ToString();

        Assert.Equal(number, double.Parse(written, CultureInfo.InvariantCulture));
        Assert.Equal(written, CanonicalJson.Parse(written).ToString());
    }, iter: Randomized.Runs(3_000));

    [Fact]
    public void A_number_is_accepted_exactly_if_its_canonical_text_is_the_same_number() => AnyWritten.Sample(text =>
    {
        var expected = SlowCanonicalJson.Number(text);

        Assert.Equal(expected is not null, CanonicalJson.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var value, out _));
        if (expected is not null) Assert.Equal(expected, value.ToString());
    }, iter: Randomized.Runs(2_000));

    // The sample values of RFC 8785, appendix B.
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Numbers_are_written_as_the_standard_lists_them(ulong bits, string expected)
    {
        Assert.Equal(expected, CanonicalJson.FromNumber(BitConverter.UInt64BitsToDouble(bits)).ToString());
        Assert.Equal(expected, SlowCanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits)));
    }

    // Powers of two, whose neighbours below are nearer than those above; .NET itself writes these two a digit short.
    [Theory]
    [InlineData(-25, "2.9802322387695312e-8")]
    [InlineData(-958, "4.1045368012983762e-289")]
    public void A_power_of_two_keeps_the_digits_that_it_needs(int power, string expected)
    {
        Assert.Equal(expected, CanonicalJson.FromNumber(Math.ScaleB(1, power)).ToString());
        Assert.Equal(expected, CanonicalJson.Parse(expected).ToString());
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("100", "100")]
    [InlineData("1E2", "100")]
    [InlineData("1e+2", "100")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0e999999999999", "0")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.10", "0.1")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1000000000000000000000", "1e+21")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1e-6", "0.000001")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("9007199254740994", "9007199254740994")]
    [InlineData("-999999999999999", "-999999999999999")]
    public void Numbers_with_a_canonical_form_get_it(string text, string expected) => Assert.Equal(expected, CanonicalJson.Parse(text).ToString());

    [Theory]
    [InlineData("9007199254740993")]            // 2^53 + 1
    [InlineData("9223372036854775808")]         // 2^63: its double is written 9223372036854776000
    [InlineData("333333333.33333329")]          // its double is written 333333333.3333333
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1e-400")]
    [InlineData("2e-324")]                      // its double is 5e-324 or 0
    [InlineData("1e999999999999999999999999")]
    [InlineData("1e-999999999999999999999999")]
    [InlineData("1.79769313486231571e308")]
    public void A_number_that_no_double_holds_is_refused(string text)
    {
        var exception = Assert.Throws<FormatException>(() => CanonicalJson.Parse(text));
        Assert.Contains(text, exception.Message, StringComparison.Ordinal);
        Assert.Contains("write it as a string", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_a_million_digits_is_refused_in_a_short_message()
    {
        var exception = Assert.Throws<FormatException>(() => CanonicalJson.Parse(new string('7', 1_000_000)));
        Assert.InRange(exception.Message.Length, 1, 300);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_json_cannot_say_is_refused(double number) => Assert.Throws<FormatException>(() => CanonicalJson.FromNumber(number));

    [Fact]
    public void Integers_are_told_from_other_numbers()
    {
        Assert.True(CanonicalJson.Parse("1e2").TryGetInteger(out var hundred));
        Assert.Equal(100, hundred);
        Assert.True(CanonicalJson.Parse("-9007199254740991").TryGetInteger(out var lowest));
        Assert.Equal(-9007199254740991, lowest);
        foreach (var other in new[] { "9007199254740992", "1e21", "0.5", "1e-7", "\"1\"", "true", "null", "[1]", "{}" })
        {
            Assert.False(CanonicalJson.Parse(other).TryGetInteger(out _), other);
        }
    }

    private static double Step(double number, int steps) => BitConverter.Int64BitsToDouble(Math.Max(0, BitConverter.DoubleToInt64Bits(number) + steps));
}

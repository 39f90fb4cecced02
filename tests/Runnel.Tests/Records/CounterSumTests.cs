using System.Globalization;
using CsCheck;
using Runnel.Records;

namespace Runnel.Tests.Records;

public class CounterSumTests
{
    [Fact]
    public void A_sum_reads_as_the_double_nearest_to_its_digits() => Gen.Select(Gen.Long, Gen.Long[1, 1L << 40], Gen.Long[-100, 100]).Sample((high, factor, start) =>
    {
        var sum = new CounterSum((Int128)high * factor);
        var digits = ((Int128)high * factor + start).ToString(CultureInfo.InvariantCulture);

        Assert.Equal(double.Parse(digits, CultureInfo.InvariantCulture), double.Parse(sum.ReadOn(start).ToString(), CultureInfo.InvariantCulture));
    }, iter: Randomized.Runs(10_000));

    [Theory]
    [InlineData(0, "9007199254740991", "9007199254740991")]
    [InlineData(2, "9007199254740991", "9007199254740992")]           // 2^53 + 1 lies between two doubles, and goes to the even one
    [InlineData(0, "-9223372036854775809", "-9223372036854776000")]   // beyond 64 bits
    [InlineData(1, "-1", "0")]
    public void Sums_read_exactly_below_2_53_and_as_the_nearest_double_beyond(long start, string sum, string read) =>
        Assert.Equal(read, CounterSum.Parse(sum).ReadOn(start).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    public void Only_digits_are_a_sum(string text) => Assert.Throws<FormatException>(() => CounterSum.Parse(text));
}

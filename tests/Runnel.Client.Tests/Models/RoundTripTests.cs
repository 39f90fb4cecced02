using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Runnel.Client.Models;
using Runnel.Tests;

namespace Runnel.Client.Tests.Models;

public class RoundTripTests
{
    [Fact]
    public void Whole_numbers_arrive_at_their_extremes()
    {
        Arrives(m => m.Int8, (m, v) => m.Int8 = v, sbyte.MinValue, sbyte.MaxValue);
        Arrives(m => m.UInt8, (m, v) => m.UInt8 = v, byte.MinValue, byte.MaxValue);
        Arrives(m => m.Int16, (m, v) => m.Int16 = v, short.MinValue, short.MaxValue);
        Arrives(m => m.UInt16, (m, v) => m.UInt16 = v, ushort.MinValue, ushort.MaxValue);
        Arrives(m => m.Int32, (m, v) => m.Int32 = v, int.MinValue, int.MaxValue);
        Arrives(m => m.UInt32, (m, v) => m.UInt32 = v, uint.MinValue, uint.MaxValue);
        Arrives(m => m.Int64, (m, v) => m.Int64 = v, long.MinValue, long.MaxValue, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1, 1L << 60);
        Arrives(m => m.UInt64, (m, v) => m.UInt64 = v, ulong.MinValue, ulong.MaxValue, (1UL << 53) + 1);
        Arrives(m => m.Int128, (m, v) => m.Int128 = v, Int128.MinValue, Int128.MaxValue, (Int128)1e25, -1);
        Arrives(m => m.UInt128, (m, v) => m.UInt128 = v, UInt128.MinValue, UInt128.MaxValue);
    }

    [Fact]
    public void Fractions_arrive_at_their_extremes()
    {
        Arrives(m => m.Half, (m, v) => m.Half = v, Half.MinValue, Half.MaxValue, Half.Epsilon, Half.NaN, Half.PositiveInfinity, Half.NegativeInfinity);
        Arrives(m => m.Single, (m, v) => m.Single = v, float.MinValue, float.MaxValue, float.Epsilon, 0.1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity);
        Arrives(m => m.Double, (m, v) => m.Double = v, double.MinValue, double.MaxValue, double.Epsilon, 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        Arrives(m => m.Decimal, (m, v) => m.Decimal = v, decimal.MinValue, decimal.MaxValue, 0.0000000000000000000000000001m, 0.1m, 123456789012345678.5m);
    }

    [Fact]
    public void Text_arrives_at_its_extremes()
    {
        Arrives(m => m.Text, (m, v) => m.Text = v, "", "\0\u0001\"\\/\b\f\n\r\t\u2028", "Grüße 🎈 \uFFFF", new string('x', 10_000));
        Arrives(m => m.MaybeText, (m, v) => m.MaybeText = v, null, "", "null");
        Arrives(m => m.Letter, (m, v) => m.Letter = v, '\0', 'ß', '"', '\uFFFF');
        Arrives(m => m.Link, (m, v) => m.Link = v, null, new Uri("https://example.org/ä?q=1#part"), new Uri("../up", UriKind.Relative));
    }

    [Fact]
    public void Times_arrive_at_their_extremes()
    {
        Arrives(m => m.Date, (m, v) => m.Date = v, DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2024, 2, 29));
        Arrives(m => m.Time, (m, v) => m.Time = v, TimeOnly.MinValue, TimeOnly.MaxValue, new TimeOnly(18, 30));
        Arrives(m => m.Span, (m, v) => m.Span = v, TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromTicks(1), TimeSpan.Zero);
        Arrives(m => (m.Moment, m.Moment.Kind), (m, v) => m.Moment = v.Item1,
            (DateTime.MinValue, DateTimeKind.Unspecified), (DateTime.MaxValue, DateTimeKind.Unspecified),
            (DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTimeKind.Utc), (DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc), DateTimeKind.Utc));
        Arrives(m => (m.Instant, m.Instant.Offset), (m, v) => m.Instant = v.Item1,
            (DateTimeOffset.MinValue, TimeSpan.Zero), (DateTimeOffset.MaxValue, TimeSpan.Zero),
            (new DateTimeOffset(2026, 1, 31, 18, 30, 0, TimeSpan.FromHours(14)), TimeSpan.FromHours(14)),
            (new DateTimeOffset(2026, 1, 31, 18, 30, 0, TimeSpan.FromMinutes(-570)), TimeSpan.FromMinutes(-570)));
    }

    [Fact]
    public void Names_flags_ids_and_bytes_arrive()
    {
        Arrives(m => m.Flag, (m, v) => m.Flag = v, true, false);
        Arrives(m => m.Guid, (m, v) => m.Guid = v, Guid.Empty, Guid.AllBitsSet, new Guid("0190e5a0-7d4c-7abc-8def-0123456789ab"));
        Arrives(m => m.Bytes, (m, v) => m.Bytes = v, [], [0], [255, 254, 253], [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        Arrives(m => m.MaybeBytes, (m, v) => m.MaybeBytes = v, null, [], [1, 2]);
        Arrives(m => m.Label, (m, v) => m.Label = v, Label.None, Label.Pink, Label.Rose, (Label)42, (Label)(-1));
        Arrives(m => m.Days, (m, v) => m.Days = v, Days.None, Days.Monday | Days.Weekend, (Days)255);
        Arrives(m => m.Vast, (m, v) => m.Vast = v, Vast.Huge, Vast.Small, (Vast)7, (Vast)(ulong.MaxValue - 1));
    }

    [Fact]
    public void What_may_be_null_arrives()
    {
        Arrives(m => m.MaybeFlag, (m, v) => m.MaybeFlag = v, null, true, false);
        Arrives(m => m.MaybeInt64, (m, v) => m.MaybeInt64 = v, null, long.MinValue, 0);
        Arrives(m => m.MaybeInstant, (m, v) => m.MaybeInstant = v, null, DateTimeOffset.MinValue);
        Arrives(m => m.MaybeLabel, (m, v) => m.MaybeLabel = v, null, Label.None, Label.Red);
        Arrives(m => m.MaybePoint?.X, (m, v) => m.MaybePoint = v is { } x ? new Point(x, 1) : null, null, 0, 7);
    }

    [Fact]
    public void Lists_arrive()
    {
        Arrives(m => m.Names, (m, v) => m.Names = v, [], ["a", "", "ß"]);
        Arrives(m => m.Numbers, (m, v) => m.Numbers = v, [], [int.MinValue, 0, int.MaxValue]);
        Arrives(m => m.Measures, (m, v) => m.Measures = v, [], [double.NaN, -0.5]);
        Arrives(m => m.Ids, (m, v) => m.Ids = v, [], [Guid.AllBitsSet]);
        Arrives(m => m.MaybeNames, (m, v) => m.MaybeNames = v, null, [], ["a", null]);
        Arrives(m => m.Grid, (m, v) => m.Grid = v, [], [[], [Label.Red, (Label)9]]);
    }

    [Fact]
    public void Nested_objects_arrive()
    {
        Arrives(m => m.Address, (m, v) => m.Address = v, null, new Address("", 0), new Address("Elm", 5) { Colour = Label.Red, Country = new Country("PT", 92_212.5) });
        Arrives(m => (m.Point.X, m.Point.Y), (m, v) => m.Point = new Point(v.Item1, v.Item2), (0, 0), (int.MinValue, int.MaxValue));

        var sent = new Everything { Lines = [new Line { Article = "Milk", Price = 1.5m, Notes = ["fresh"], Row = 3 }, new Line()] };
        var arrived = Insert(sent).Lines;
        Assert.Equal([("Milk", 1.5m, "fresh", 0), ("", 0m, "", 0)], arrived.Select(line => (line.Article, line.Price, string.Concat(line.Notes), line.Row)));
    }

    [Theory]
    [InlineData("int64", "9007199254740991")]
    [InlineData("uInt64", "\"18446744073709551615\"")]
    [InlineData("single", "0.1")]
    [InlineData("double", "\"NaN\"")]
    [InlineData("half", "\"-Infinity\"")]
    [InlineData("decimal", "9.9")]
    [InlineData("int128", "\"-170141183460469231731687303715884105728\"")]
    [InlineData("guid", "\"0190e5a0-7d4c-7abc-8def-0123456789ab\"")]
    [InlineData("date", "\"2026-01-31\"")]
    [InlineData("time", "\"18:30:00.5\"")]
    [InlineData("span", "\"-1.02:00:00\"")]
    [InlineData("moment", "\"2026-01-31T18:30:00Z\"")]
    [InlineData("instant", "\"2026-01-31T18:30:00.1+05:30\"")]
    [InlineData("maybeInstant", "\"2026-01-31T18:30:00Z\"")]
    [InlineData("link", "\"https://example.org\"")]
    [InlineData("bytes", "\"/+8=\"")]
    [InlineData("letter", "\"ß\"")]
    [InlineData("label", "\"Pink\"")]
    [InlineData("maybeLabel", "42")]
    [InlineData("days", "129")]
    [InlineData("vast", "\"Huge\"")]
    [InlineData("grid", "[[\"Red\"],[9]]")]
    [InlineData("address", "{\"colour\":\"None\",\"country\":{\"iso\":\"PT\"},\"number\":5,\"street\":\"Elm\"}")]
    [InlineData("point", "{\"x\":1,\"y\":2}")]
    public void Other_languages_see_what_the_document_says(string field, string json)
    {
        var model = new Everything
        {
            Int64 = (1L << 53) - 1, UInt64 = ulong.MaxValue, Single = 0.1f, Double = double.NaN, Half = Half.NegativeInfinity, Decimal = 9.90m, Int128 = Int128.MinValue,
            Guid = new Guid("0190E5A0-7D4C-7ABC-8DEF-0123456789AB"), Date = new DateOnly(2026, 1, 31), Time = new TimeOnly(18, 30, 0, 500), Span = -TimeSpan.FromHours(26),
            Moment = new DateTime(2026, 1, 31, 18, 30, 0, DateTimeKind.Utc), Instant = new DateTimeOffset(2026, 1, 31, 18, 30, 0, 100, TimeSpan.FromHours(5.5)),
            MaybeInstant = new DateTimeOffset(2026, 1, 31, 18, 30, 0, TimeSpan.Zero), Link = new Uri("https://example.org"), Bytes = [255, 239], Letter = 'ß',
            Label = Label.Rose, MaybeLabel = (Label)42, Days = Days.Monday | Days.Weekend, Vast = Vast.Huge, Grid = [[Label.Red], [(Label)9]],
            Address = new Address("Elm", 5) { Country = new Country("PT") }, Point = new Point(1, 2),
        };

        var written = new Owner().Insert(model).Changes.Single(change => change.Name.Value == field);

        Assert.Equal(json, written.Delta.ToString());
    }

    [Fact]
    public void Every_type_has_a_field_in_an_insert_but_null_and_empty_sets_do_not()
    {
        var fields = new Owner().Insert(new Everything()).Changes.Select(change => change.Name.Value).ToList();
        var maybe = ((IReadOnlyList<ModelField>)Map<Everything>().Fields).Select(field => field.Name.Value)
            .Where(name => name.StartsWith("maybe", StringComparison.Ordinal) || name is "link" or "address" or "percent");

        Assert.Equal(Map<Everything>().Fields.Select(field => field.Name.Value).Except(maybe).Order(StringComparer.Ordinal), fields);
        Assert.Equal("""{"likes":0,"stars":0,"title":"","views":0}""", new Owner().Insert(new Article()).ToString());
    }

    [Fact]
    public void What_JSON_cannot_say_is_read_here_as_it_will_be_elsewhere()
    {
        var local = new DateTime(2026, 1, 31, 18, 30, 0, DateTimeKind.Local);
        var model = new Everything { Text = "a\uD800b\uDC00\uD83C\uDF88", Letter = '\uDFFF', Double = -0.0, Decimal = 1.100m, Moment = local };

        Assert.Equal("a\uFFFDb\uFFFD\uD83C\uDF88", model.Text);
        Assert.Equal('\uFFFD', model.Letter);
        Assert.False(double.IsNegative(model.Double));
        Assert.Equal("1.1", model.Decimal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((local.ToUniversalTime(), DateTimeKind.Utc), (model.Moment, model.Moment.Kind));
    }

    [Fact]
    public void Any_number_arrives() => Gen.Select(Gen.Long, Gen.ULong, Gen.Double, Gen.Single, Gen.Decimal).Sample(
        (int64, uint64, number, single, money) =>
        {
            var sent = new Everything { Int64 = int64, UInt64 = uint64, Double = number, Single = single, Decimal = money };
            var arrived = Insert(sent);
            return (arrived.Int64, arrived.UInt64, arrived.Double, arrived.Single, arrived.Decimal)
                .Equals((int64, uint64, number, single, money));
        },
        iter: Randomized.Runs(1_000));

    [Fact]
    public void Any_text_and_time_arrives() => Gen.Select(Gen.String, Gen.Char, Gen.DateTimeOffset, Gen.DateTime, Gen.TimeSpan, Gen.Byte.Array).Sample(
        (text, letter, instant, moment, span, bytes) =>
        {
            var sent = new Everything { Text = text, Letter = letter, Instant = instant, Moment = moment, Span = span, Bytes = bytes };
            var arrived = Insert(sent);
            return arrived.Text == sent.Text && arrived.Letter == sent.Letter && arrived.Instant.EqualsExact(instant) && arrived.Span == span
                && (arrived.Moment, arrived.Moment.Kind).Equals((sent.Moment, sent.Moment.Kind)) && arrived.Bytes.SequenceEqual(bytes)
                && sent.Text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        },
        iter: Randomized.Runs(1_000));

    private static ModelMap<T> Map<T>() where T : class, ISynced<T> => T.Map;

    private static void Arrives<T>(Func<Everything, T> get, Action<Everything, T> set, params T[] values)
    {
        foreach (var value in values)
        {
            var sent = new Everything();
            set(sent, value);
            Assert.Equal(value, get(sent));
            Assert.Equal(value, get(Insert(sent)));
            Assert.Equal(value, get(Update(set, value)));
        }
    }

    /// <summary>The object on another device, told by an insert.</summary>
    private static Everything Insert(Everything sent) => new Owner().Load<Everything>(new Owner().Insert(sent).ToString());

    /// <summary>An object on another device, told by an update.</summary>
    private static Everything Update<T>(Action<Everything, T> set, T value)
    {
        var owner = new Owner();
        var sent = owner.Load<Everything>("{}");
        set(sent, value);
        var arrived = owner.Load<Everything>("{}");
        foreach (var (name, delta) in owner.Written.Select(written => written.Split(' ', 2)).Select(parts => (parts[0], parts[1])))
        {
            Assert.True(Delta.TryParse(CanonicalJson.Parse(delta), out var read, out _));
            owner.Apply(arrived, name, ((Delta.SetValue)read).Value.ToString());
        }
        return arrived;
    }
}

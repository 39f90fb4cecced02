using System.Text;
using System.Text.Json;
using CsCheck;

namespace Runnel.Tests;

public class CanonicalJsonTests
{
    // Few names, so that twins are common; some of every kind that sorts or escapes in its own way.
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Frequency((3, "a"), (3, "b"), (1, "A"), (1, ""), (1, "$x"), (1, "€"), (1, "\u007f"), (1, "\u0080"), (1, "\ufb33"), (1, "\U0001F600"), (1, "\uffff"), (1, "\r\n\"\\/\u0001\u001f\u2028")),
        Gen.String[Gen.Char.Where(character => !char.IsSurrogate(character)), 0, 5]);

    private static readonly Gen<string> AnyNumber = Gen.Frequency(
        (3, "0"), (3, "17"), (1, "-0"), (1, "1.50"), (1, "1e3"), (1, "-2.5E-9"), (1, "123456789012345678"), (1, "1e999"), (1, "0.1"));

    private static readonly Gen<string> AnyDocument = Gen.Recursive<string>((depth, inner) => depth >= 4 ? AnyScalar() : Gen.Frequency(
        (3, AnyScalar()),
        (2, Gen.Select(Gen.Select(AnyText, AnySpace(), inner).Array[0, 5], AnySpace())
            .Select((members, space) => "{" + space + string.Join(",", members.Select(member => member.Item2 + Write(member.Item1) + member.Item2 + ":" + member.Item3)) + "}")),
        (1, Gen.Select(inner.Array[0, 4], AnySpace()).Select((elements, space) => "[" + space + string.Join("," + space, elements) + space + "]"))));

    [Fact]
    public void Canonical_form_equals_that_of_the_slow_model() => AnyDocument.Sample(text =>
    {
        using var document = JsonDocument.Parse(text);
        var expected = SlowCanonicalJson.Of(document.RootElement);

        var accepted = CanonicalJson.TryParse(Encoding.UTF8.GetBytes(text), out var value, out var error);

        Assert.Equal(expected is not null, accepted);
        Assert.Equal(accepted, error is null);
        if (accepted) Assert.Equal(expected, value.ToString());
    }, iter: Randomized.Runs(4_000));

    [Fact]
    public void Canonical_form_is_its_own_canonical_form_and_falls_apart_into_canonical_parts() => AnyDocument.Sample(text =>
    {
        if (!CanonicalJson.TryParse(Encoding.UTF8.GetBytes(text), out var value, out _)) return;

        Assert.Equal(value, CanonicalJson.Parse(value.ToString()));
        AssertTakesApart(value);
    }, iter: Randomized.Runs(2_000));

    // RFC 8785, 3.2.2 and 3.2.4, but for 333333333.33333329, which Runnel refuses because its double is another number.
    [Fact]
    public void The_example_of_the_standard_comes_out_as_printed_there() => Assert.Equal(
        """{"literals":[null,true,false],"numbers":[1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
        CanonicalJson.Parse("""
            {
              "numbers": [1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """).ToString());

    // RFC 8785, 3.2.3: by UTF-16 units, so the emoji's surrogates come before U+FB33.
    [Fact]
    public void Keys_are_sorted_as_the_standard_sorts_them() => Assert.Equal(
        ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"],
        CanonicalJson.Parse("""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """).Members().Select(member => member.Value.TryGetString(out var text) ? text : ""));

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", "\"a\"")]
    [InlineData("{\"a\":1,\"\\u0061\":1}", "\"a\"")]
    [InlineData("{\"b\":1,\"a\":1,\"b\":1}", "\"b\"")]
    [InlineData("[{\"x\":{\"\":0,\"\":0}}]", "\"\"")]
    [InlineData("{\"\\ud83d\\ude00\":1,\"😀\":1}", "😀")]
    public void A_key_that_is_there_twice_is_refused_by_name(string json, string named)
    {
        var exception = Assert.Throws<FormatException>(() => CanonicalJson.Parse(json));
        Assert.Contains($"{named.Trim('"')}\" is there twice", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800x\"")]
    [InlineData("\"\\ud800\\ud800\\udc00\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[{\"a\":[\"\\uDfff\"]}]")]
    public void An_escaped_lone_surrogate_is_refused(string json)
    {
        Assert.False(CanonicalJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Contains("well-formed Unicode", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raw_lone_surrogate_is_refused_rather_than_replaced() =>
        Assert.All(["\"\ud800\"", "{\"\udc00\":1}"], json => Assert.Throws<FormatException>(() => CanonicalJson.Parse(json)));

    [Fact]
    public void A_lone_surrogate_handed_in_as_text_is_refused()
    {
        Assert.Throws<FormatException>(() => CanonicalJson.FromString("x\ud800"));
        Assert.Throws<FormatException>(() => CanonicalJson.FromObject([new("\udc00", CanonicalJson.Null)]));
    }

    public static TheoryData<byte[]> InvalidUtf8 => new(
        [0x80], [0xC0, 0xAF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80]);

    [Theory]
    [MemberData(nameof(InvalidUtf8))]
    public void Invalid_utf8_is_refused_in_texts_and_in_names_and_in_escaped_texts(byte[] invalid)
    {
        byte[][] documents =
        [
            [.. "\""u8, .. invalid, .. "\""u8],
            [.. "\"\\n"u8, .. invalid, .. "\""u8],
            [.. "{\""u8, .. invalid, .. "\":1}"u8],
            [.. "{\"\\n"u8, .. invalid, .. "\":1}"u8],
            [.. "[{\"a\":[\"x"u8, .. invalid, .. "\"]}]"u8],
            [.. "["u8, .. invalid, .. "]"u8],
            invalid,
        ];

        Assert.All(documents, document =>
        {
            Assert.False(CanonicalJson.TryParse(document, out _, out var error));
            Assert.NotEmpty(error);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[1")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("nul")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("{} {}")]
    [InlineData("1 // one")]
    [InlineData("/* one */ 1")]
    [InlineData("\"\t\"")]
    [InlineData("\"\\x41\"")]
    [InlineData("\"a")]
    [InlineData("\ufeff1")]
    public void What_is_no_json_is_refused(string json)
    {
        Assert.False(CanonicalJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public void Nesting_is_accepted_to_the_limit_and_refused_beyond_however_deep(char open, char close)
    {
        Assert.Equal(Nested(64), CanonicalJson.Parse(Nested(64)).ToString());
        foreach (var depth in new[] { 65, 66, 100_000 })
        {
            var exception = Assert.Throws<FormatException>(() => CanonicalJson.Parse(Nested(depth)));
            Assert.Contains("64 deep", exception.Message, StringComparison.Ordinal);
        }

        string Nested(int depth) => open == '['
            ? new string(open, depth) + new string(close, depth)
            : string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string(close, depth - 1);
    }

    [Fact]
    public void Nesting_is_limited_also_for_a_reader_that_allows_more()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 100_000) + new string(']', 100_000));
        var reader = new Utf8JsonReader(deep, new JsonReaderOptions { MaxDepth = 1_000_000 });
        reader.Read();

        Assert.False(CanonicalJson.TryRead(ref reader, out _, out var error));
        Assert.Contains("64 deep", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_cannot_be_put_together_deeper_than_they_could_be_read()
    {
        var deepest = CanonicalJson.Parse(new string('[', 63) + new string(']', 63));

        Assert.Equal(deepest, Assert.Single(CanonicalJson.FromArray([deepest]).Elements()));
        Assert.Throws<FormatException>(() => CanonicalJson.FromArray([CanonicalJson.FromArray([deepest])]));
        Assert.Throws<FormatException>(() => CanonicalJson.FromObject([new("a", CanonicalJson.FromArray([deepest]))]));
    }

    [Fact]
    public void Brackets_inside_texts_do_not_nest()
    {
        var text = CanonicalJson.FromString(new string('[', 200) + "\\\"{" + new string('\\', 3));

        Assert.Equal(text, Assert.Single(CanonicalJson.FromArray([text]).Elements()));
    }

    [Fact]
    public void A_value_reads_the_same_wherever_the_input_is_cut() => Gen.Select(AnyDocument, Gen.Int[0, 1000]).Sample((text, at) =>
    {
        var whole = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(Segment.InTwo(whole, at % (whole.Length + 1)));
        reader.Read();

        var accepted = CanonicalJson.TryRead(ref reader, out var value, out _);

        Assert.Equal(CanonicalJson.TryParse(whole, out var expected, out _), accepted);
        Assert.Equal(expected, value);
    }, iter: Randomized.Runs(3_000));

    [Fact]
    public void A_reader_that_has_only_a_part_of_the_input_is_not_believed() => Assert.Throws<JsonException>(() =>
    {
        var reader = new Utf8JsonReader("[1,2"u8, isFinalBlock: false, default);
        reader.Read();
        CanonicalJson.TryRead(ref reader, out _, out _);
    });

    [Fact]
    public void A_reader_that_stands_on_no_value_is_a_mistake_of_the_caller() => Assert.Throws<ArgumentException>(() =>
    {
        var reader = new Utf8JsonReader("1"u8);
        CanonicalJson.TryRead(ref reader, out _, out _);
    });

    [Fact]
    public void The_work_grows_with_the_input_and_not_faster()
    {
        // Objects whose every level must be rearranged: the worst that the limit on nesting allows.
        var small = Allocated(Encoding.UTF8.GetBytes(Nest(1_000)));
        var large = Allocated(Encoding.UTF8.GetBytes(Nest(8_000)));

        Assert.InRange(large, small, small * 12);

        static string Nest(int width) => string.Concat(Enumerable.Repeat("{\"b\":1,\"a\":", 60))
            + "[" + string.Join(',', Enumerable.Repeat("{\"z\":1,\"y\":[2]}", width)) + "]" + new string('}', 60);

        static long Allocated(byte[] document)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(CanonicalJson.TryParse(document, out _, out _));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void The_default_value_is_null()
    {
        Assert.Equal(CanonicalJson.Parse("null"), default);
        Assert.Equal(JsonValueKind.Null, default(CanonicalJson).Kind);
        Assert.Equal(CanonicalJson.Parse("null").GetHashCode(), default(CanonicalJson).GetHashCode());
        Assert.Equal("[null]", CanonicalJson.FromArray([default]).ToString());
    }

    [Fact]
    public void Equal_values_are_equal_however_they_were_written()
    {
        var one = CanonicalJson.Parse("{\"a\":1.0,\"b\":\"\\u0041\"}");
        var two = CanonicalJson.FromObject([new("b", CanonicalJson.FromString("A")), new("a", CanonicalJson.FromNumber(1))]);

        Assert.True(one == two && !(one != two) && one.GetHashCode() == two.GetHashCode() && one.CompareTo(two) == 0 && one <= two && one >= two);
        Assert.True(CanonicalJson.False < CanonicalJson.True && CanonicalJson.True > CanonicalJson.Null);
    }

    [Fact]
    public void Only_what_a_value_is_can_be_taken_from_it()
    {
        var text = CanonicalJson.FromString("a\n\"€\U0001F600");

        Assert.True(text.TryGetString(out var taken));
        Assert.Equal("a\n\"€\U0001F600", taken);
        Assert.False(CanonicalJson.True.TryGetString(out _));
        Assert.Empty(text.Members());
        Assert.Empty(CanonicalJson.Parse("{\"a\":1}").Elements());
        Assert.Equal([true, true, true, true, true, false, false], new[] { "1", "\"\"", "true", "false", "null", "[]", "{}" }.Select(json => CanonicalJson.Parse(json).IsScalar));
    }

    private static void AssertTakesApart(CanonicalJson value)
    {
        if (value.Kind == JsonValueKind.Object)
        {
            Assert.Equal(value, CanonicalJson.FromObject(value.Members().Reverse()));
            Assert.All(value.Members(), member => AssertTakesApart(member.Value));
        }
        if (value.Kind == JsonValueKind.Array)
        {
            Assert.Equal(value, CanonicalJson.FromArray(value.Elements()));
            Assert.All(value.Elements(), AssertTakesApart);
        }
        if (value.TryGetString(out var text)) Assert.Equal(value, CanonicalJson.FromString(text));
        Assert.Equal(value, CanonicalJson.Parse(value.ToString()));
    }

    private static Gen<string> AnyScalar() => Gen.OneOf(AnyText.Select(Write), AnyNumber, Gen.Frequency((1, "true"), (1, "false"), (1, "null")));

    private static Gen<string> AnySpace() => Gen.Frequency((4, ""), (1, " "), (1, "\r\n\t"));

    /// <summary>The text as a JSON string, written in one of the many ways: raw, or with every unit escaped.</summary>
    private static string Write(string text) => text.Length % 2 == 0
        ? "\"" + string.Concat(text.Select(unit => $"\\u{(int)unit:X4}")) + "\""
        : JsonSerializer.Serialize(text);
}

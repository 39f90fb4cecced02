using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Runnel.Protocol;

namespace Runnel.Tests;

public class EventCodecTests
{
    private const string Milk = """{"op":"update","collection":"task","id":"milk","fields":{"done":true}}""";

    [Fact]
    public void A_draft_reads_back_as_it_was_written() => AnyEvent.Draft.Sample(draft =>
    {
        var written = Write(output => EventCodec.Write(output, draft));

        Assert.True(EventCodec.TryParseDraft(written, out var read, out var refusal), refusal?.Message);
        Assert.Equal(draft, read);
        Assert.Equal(written, Write(output => EventCodec.Write(output, read)));
    }, iter: Randomized.Runs(2_000));

    [Fact]
    public void A_stored_event_reads_back_as_it_was_written() => AnyEvent.Stored.Sample(stored =>
    {
        var written = Write(output => EventCodec.Write(output, stored));

        var read = EventCodec.ParseStored(written);

        Assert.Equal(stored, read);
        Assert.Equal(written, Write(output => EventCodec.Write(output, read)));
    }, iter: Randomized.Runs(2_000));

    [Fact]
    public void A_stored_event_is_also_a_draft() => AnyEvent.Stored.Sample(stored =>
    {
        Assert.True(EventCodec.TryParseDraft(Write(output => EventCodec.Write(output, stored)), out var draft, out _));
        Assert.Equal(stored.Event, draft.Complete(0, Seq.None));
        Assert.True(draft.HasContentOf(stored.Event));
    }, iter: Randomized.Runs(1_000));

    [Fact]
    public void Events_are_written_as_the_protocol_shows_them()
    {
        Assert.True(EventCodec.TryParseDraft(
            """ { "fields" : { "title" : "Mílk" } , "id":"m\u00edlk 🥛", "collection":"task", "op":"insert", "precedingSeq":40, "clientSeq":7, "blind":true } """u8,
            out var draft, out _));
        var stored = new StreamEvent(new Seq(41), Samples.Ann, new DateTimeOffset(2026, 11, 30, 14, 2, 11, 310, TimeSpan.FromHours(2)), draft.Complete(0, Seq.None));

        Assert.Equal(
            """{"seq":41,"client":"ann","at":"2026-11-30T12:02:11.310Z","clientSeq":7,"precedingSeq":40,"op":"insert","collection":"task","id":"mílk 🥛","fields":{"title":"Mílk"},"blind":true}""",
            Encoding.UTF8.GetString(Write(output => EventCodec.Write(output, stored))));
    }

    [Fact]
    public void By_hand_the_numbers_may_be_left_out()
    {
        Assert.True(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(Milk), out var draft, out _));

        Assert.Null(draft.ClientSeq);
        Assert.Null(draft.PrecedingSeq);
        Assert.Equal(new Event(3, new Seq(9), EventOp.Update, Samples.Milk, draft.Fields), draft.Complete(3, new Seq(9)));
        Assert.Equal(Milk, Encoding.UTF8.GetString(Write(output => EventCodec.Write(output, draft))));
    }

    [Fact]
    public void Numbers_that_were_sent_win()
    {
        Assert.True(EventCodec.TryParseDraft("""{"clientSeq":7,"precedingSeq":0,"op":"delete","collection":"task","id":"milk"}"""u8, out var draft, out _));

        Assert.Equal(new Event(7, Seq.None, EventOp.Delete, Samples.Milk, EventFields.Empty), draft.Complete(3, new Seq(9)));
    }

    [Theory]
    [InlineData("op", "\"delete\"", false)]
    [InlineData("id", "\"bread\"", false)]
    [InlineData("collection", "\"list\"", false)]
    [InlineData("fields", "{\"done\":false}", false)]
    [InlineData("blind", "true", false)]
    [InlineData("precedingSeq", "41", false)]
    [InlineData("precedingSeq", null, true)]
    [InlineData("clientSeq", "8", true)]
    [InlineData("clientSeq", null, true)]
    [InlineData("fields", "{ \"\\u0064one\" : true }", true)]
    [InlineData("unknown", "1", true)]
    public void Content_is_what_an_event_does_and_what_its_author_had_seen(string member, string? value, bool isSame)
    {
        var members = new Dictionary<string, string>
        {
            ["clientSeq"] = "7", ["precedingSeq"] = "40", ["op"] = "\"update\"", ["collection"] = "\"task\"", ["id"] = "\"milk\"", ["fields"] = "{\"done\":true}",
        };
        var stored = Parse(members).Complete(0, Seq.None);
        if (value is null) members.Remove(member);
        else members[member] = value;
        if (value == "\"delete\"") members.Remove("fields");

        Assert.Equal(isSame, Parse(members).HasContentOf(stored));

        static EventDraft Parse(Dictionary<string, string> members)
        {
            var json = "{" + string.Join(',', members.Select(pair => $"\"{pair.Key}\":{pair.Value}")) + "}";
            Assert.True(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(json), out var draft, out var refusal), refusal?.Message);
            return draft;
        }
    }

    [Theory]
    [InlineData("\"seen\":[{\"a\":[1,2]},\"x\"]")]
    [InlineData("\"\":null")]
    [InlineData("\"Op\":5")]
    [InlineData("\"fields \":5")]
    [InlineData("\"x\":1,\"x\":2")]
    [InlineData("\"x\":1e999")]
    public void Unknown_members_are_ignored(string member)
    {
        var json = Milk.Replace("\"collection\"", member + ",\"collection\"", StringComparison.Ordinal);

        Assert.True(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(json), out var draft, out _));
        Assert.Equal(Milk, Encoding.UTF8.GetString(Write(output => EventCodec.Write(output, draft))));
    }

    [Fact]
    public void Names_of_members_may_be_escaped()
    {
        Assert.True(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(Milk.Replace("\"op\"", "\"\\u006fp\"", StringComparison.Ordinal)), out var draft, out _));
        Assert.Equal(EventOp.Update, draft.Op);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "[]", "JSON object" },
        { "[{\"op\":\"delete\"}]", "JSON object" },
        { "\"insert\"", "JSON object" },
        { "null", "JSON object" },
        { "7", "JSON object" },
        { "{}", "op is missing" },
        { With("op", "\"upsert\""), "not \"upsert\"" },
        { With("op", "\"Update\""), "not \"Update\"" },
        { With("op", "1"), "op is a string" },
        { With("op", "null"), "op is a string" },
        { With("op", "{\"op\":\"update\"}"), "op is a string" },
        { With("op", null), "op is missing" },
        { With("collection", null), "collection is missing" },
        { With("collection", "\"\""), "collection is 1-64" },
        { With("collection", "\"1st\""), "\"1st\"" },
        { With("collection", $"\"{new string('c', 65)}\""), "collection is 1-64" },
        { With("collection", "[\"task\"]"), "collection is a string" },
        { With("id", null), "id is missing" },
        { With("id", "\"\""), "id is 1-128" },
        { With("id", "\"a\\nb\""), "id is 1-128" },
        { With("id", $"\"{new string('i', 129)}\""), "id is 1-128" },
        { With("id", "\"\\ud800\""), "id is not well-formed" },
        { With("id", "17"), "id is a string" },
        { With("fields", null), "fields is missing" },
        { With("fields", "{}"), "at least one field" },
        { With("fields", "null"), "fields is an object" },
        { With("fields", "[1,[2,{}]]"), "fields is an object" },
        { With("fields", "{\"\":1}"), "no field name" },
        { With("fields", "{\"a\":1,\"a\":2}"), "\"a\" is there twice" },
        { With("fields", "{\"a\":1,\"\\u0061\":2}"), "\"a\" is there twice" },
        { With("fields", "{\"a\":{\"b\":[{\"c\":1,\"c\":1}]},\"d\":[[]]}"), "\"c\" is there twice" },
        { With("fields", "{\"a\":9007199254740993}"), "9007199254740993" },
        { With("fields", "{\"a\":[[[1e400]]],\"b\":{}}"), "1e400" },
        { With("fields", "{\"a\":\"\\udfff\"}"), "well-formed" },
        { With("fields", "{\"\\ud800\":1,\"b\":[]}"), "well-formed" },
        { With("fields", "{\"a\":{\"$inc\":0.5}}"), "is no delta" },
        { With("fields", "{\"a\":" + new string('[', 56) + new string(']', 56) + "}"), "nest" },
        { With("op", "\"delete\""), "A delete has no fields" },
        { With("clientSeq", "0"), "begins at 1" },
        { With("clientSeq", "-1"), "begins at 1" },
        { With("clientSeq", "1.5"), "clientSeq is an integer" },
        { With("clientSeq", "1.0"), "clientSeq is an integer" },
        { With("clientSeq", "\"1\""), "clientSeq is an integer" },
        { With("clientSeq", "null"), "clientSeq is an integer" },
        { With("clientSeq", "9007199254740992"), "clientSeq is an integer" },
        { With("clientSeq", "9223372036854775808"), "clientSeq is an integer" },
        { With("clientSeq", "1e400"), "clientSeq is an integer" },
        { With("precedingSeq", "-1"), "never negative" },
        { With("precedingSeq", "0.5"), "precedingSeq is an integer" },
        { With("precedingSeq", "9007199254740992"), "precedingSeq is an integer" },
        { With("precedingSeq", "[]"), "precedingSeq is an integer" },
        { With("blind", "1"), "blind is true or false" },
        { With("blind", "null"), "blind is true or false" },
        { With("blind", "true,\"blind\":true"), "blind is there twice" },
        { With("op", "\"update\",\"op\":\"update\""), "op is there twice" },
        { With("op", "\"update\",\"\\u006fp\":\"delete\""), "op is there twice" },
        { With("fields", "{\"a\":1},\"fields\":{\"a\":1}"), "fields is there twice" },
        { With("clientSeq", "1,\"clientSeq\":1"), "clientSeq is there twice" },
        { With("id", "\"a\",\"\\ud800\":[{}]"), "name is not well-formed" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_bad_event_is_refused_with_the_reason_and_the_next_can_still_be_read(string json, string reason)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"[{json},{Milk}]"));
        reader.Read();
        reader.Read();

        Assert.False(EventCodec.TryReadDraft(ref reader, out var draft, out var refusal));
        Assert.Null(draft);
        Assert.Equal(ErrorCode.InvalidEvent, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 1, 400);

        reader.Read();
        Assert.True(EventCodec.TryReadDraft(ref reader, out draft, out _));
        Assert.Equal(Samples.Milk, draft.Key);
        reader.Read();
        Assert.Equal(JsonTokenType.EndArray, reader.TokenType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"op\":}")]
    [InlineData(Milk + Milk)]
    [InlineData(Milk + " x")]
    [InlineData(Milk + ",")]
    [InlineData("{\"a\":{}} []")]
    public void What_is_not_one_json_text_is_an_invalid_message(string json)
    {
        Assert.False(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(json), out var draft, out var refusal));
        Assert.Null(draft);
        Assert.Equal(ErrorCode.InvalidMessage, refusal.Code);
        Assert.StartsWith("This is not JSON", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_without_end_is_refused_without_a_crash()
    {
        var deep = With("fields", "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}");

        Assert.False(EventCodec.TryParseDraft(Encoding.UTF8.GetBytes(deep), out _, out var refusal));
        Assert.InRange(refusal.Message.Length, 1, 400);
    }

    [Theory]
    [MemberData(nameof(CanonicalJsonTests.InvalidUtf8), MemberType = typeof(CanonicalJsonTests))]
    public void Invalid_utf8_is_refused_wherever_it_would_be_kept(byte[] invalid)
    {
        string[] places =
        [
            With("id", "\"#\""), With("fields", "{\"a\":\"#\"}"), With("fields", "{\"a\":{\"#\":1}}"), With("fields", "{\"a#\":1}"), With("op#", "1"), With("collection", "\"#\""),
        ];

        Assert.All(places, place =>
        {
            var parts = place.Split('#').Select(Encoding.UTF8.GetBytes).ToArray();
            Assert.False(EventCodec.TryParseDraft([.. parts[0], .. invalid, .. parts[1]], out _, out var refusal));
            Assert.NotEmpty(refusal.Message);
        });
    }

    [Fact]
    public void An_event_reads_the_same_wherever_the_input_is_cut() => Gen.Select(AnyEvent.Stored, Gen.Int[0, 10_000]).Sample((stored, at) =>
    {
        var written = Write(output => EventCodec.Write(output, stored));
        var reader = new Utf8JsonReader(Segment.InTwo(written, at % written.Length));
        reader.Read();

        Assert.Equal(stored, EventCodec.ReadStored(ref reader));
    }, iter: Randomized.Runs(2_000));

    [Theory]
    [InlineData("seq", null, "seq is missing")]
    [InlineData("seq", "0", "seq is missing, or not a seq")]
    [InlineData("seq", "-4", "not a seq: -4")]
    [InlineData("client", null, "client is missing")]
    [InlineData("client", "\"..\"", "\"..\"")]
    [InlineData("at", null, "at is missing")]
    [InlineData("at", "\"yesterday\"", "no time: \"yesterday\"")]
    [InlineData("at", "\"2026-11-30\"", "no time")]
    [InlineData("at", "\"2026-11-30T12:02:11.310+02:00\"", "no time")]
    [InlineData("clientSeq", null, "clientSeq or precedingSeq is missing")]
    [InlineData("precedingSeq", null, "clientSeq or precedingSeq is missing")]
    [InlineData("op", "\"move\"", "not \"move\"")]
    public void A_damaged_stored_event_is_named(string member, string? value, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => EventCodec.ParseStored(Encoding.UTF8.GetBytes(With(member, value))));

        Assert.Contains("stored event is damaged", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"seq\":1")]
    [InlineData("\0\0\0")]
    public void What_is_no_stored_event_at_all_is_named(string bytes) =>
        Assert.Contains("tored event is", Assert.Throws<FormatException>(() => EventCodec.ParseStored(Encoding.UTF8.GetBytes(bytes))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_may_follow_a_stored_event()
    {
        Assert.Equal(new Seq(41), EventCodec.ParseStored(Encoding.UTF8.GetBytes(With("seq", "41") + "\n")).Seq);
        Assert.Throws<FormatException>(() => EventCodec.ParseStored(Encoding.UTF8.GetBytes(With("seq", "41") + "x")));
    }

    [Theory]
    [InlineData("2026-11-30T12:02:11Z", 0)]
    [InlineData("2026-11-30T12:02:11.5Z", 5_000_000)]
    [InlineData("2026-11-30T12:02:11.1234567Z", 1_234_567)]
    public void Times_may_have_any_fraction_of_a_second(string at, long ticks) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 12, 2, 11, TimeSpan.Zero).AddTicks(ticks), EventCodec.ParseStored(Encoding.UTF8.GetBytes(With("at", $"\"{at}\""))).At);

    /// <summary>A whole stored event, with one member replaced, or left out.</summary>
    private static string With(string member, string? value)
    {
        var members = new Dictionary<string, string?>
        {
            ["seq"] = "41", ["client"] = "\"ann\"", ["at"] = "\"2026-11-30T12:02:11.310Z\"", ["clientSeq"] = "7", ["precedingSeq"] = "40",
            ["op"] = "\"update\"", ["collection"] = "\"task\"", ["id"] = "\"milk\"", ["fields"] = "{\"done\":true}", [member] = value,
        };
        return "{" + string.Join(',', members.Where(pair => pair.Value is not null).Select(pair => $"\"{pair.Key}\":{pair.Value}")) + "}";
    }

    private static byte[] Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}

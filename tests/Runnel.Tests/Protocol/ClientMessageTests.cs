using System.Buffers;
using System.Text;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Tests.Protocol;

public class ClientMessageTests
{
    public static TheoryData<string> Messages =>
    [
        """{"type":"hello","client":"ada"}""",
        """{"type":"hello","client":"ada","session":7,"token":"secret"}""",
        """{"type":"subscribe","stream":"todo:home","after":40}""",
        """{"type":"subscribe","stream":"todo:home","after":0,"id":"5f3e","create":{"order":"total"}}""",
        """{"type":"unsubscribe","stream":"todo:home"}""",
        """{"type":"publish","ref":1,"stream":"todo:home","nonce":"9c1b","events":[{"clientSeq":1,"precedingSeq":0,"op":"delete","collection":"task","id":"milk"}]}""",
        """{"type":"fetch","ref":2,"stream":"todo:home","ranges":[[11,15],[20,20]]}""",
        """{"type":"signal","stream":"todo:home","data":{"typing":true}}""",
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_written_as_it_was_read(string json)
    {
        var buffer = new ArrayBufferWriter<byte>();

        ClientMessageCodec.Write(buffer, Parse(json));

        Assert.Equal(json, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Theory]
    [InlineData("", "invalid_message")]
    [InlineData("{", "invalid_message")]
    [InlineData("[]", "invalid_message")]
    [InlineData("{} {}", "invalid_message")]
    [InlineData("{}", "invalid_message")]
    [InlineData("""{"type":7}""", "invalid_message")]
    [InlineData("""{"type":"shout"}""", "invalid_message")]
    [InlineData("""{"type":"hello"}""", "invalid_message")]
    [InlineData("""{"type":"hello","client":"ada","session":-1}""", "invalid_message")]
    [InlineData("""{"type":"hello","client":"ada","session":9007199254740992}""", "invalid_message")]
    [InlineData("""{"type":"hello","client":"ada","client":"bob"}""", "invalid_message")]
    [InlineData("""{"type":"hello","client":"a b"}""", "invalid_name")]
    [InlineData("""{"type":"hello","client":""}""", "invalid_name")]
    [InlineData("""{"type":"subscribe","after":0}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"todo"}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":-1}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":1.5}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"to do","after":0}""", "invalid_name")]
    [InlineData("""{"type":"subscribe","stream":"..","after":0}""", "invalid_name")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":0,"create":{"order":"random"}}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":0,"create":{"colour":"red"}}""", "invalid_message")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":0,"snapshot":true}""", "not_supported")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":0,"filter":{}}""", "not_supported")]
    [InlineData("""{"type":"subscribe","stream":"todo","after":0,"chain":"ab"}""", "not_supported")]
    [InlineData("""{"type":"publish","stream":"todo","events":[]}""", "invalid_message")]
    [InlineData("""{"type":"publish","ref":1,"stream":"todo"}""", "invalid_message")]
    [InlineData("""{"type":"publish","ref":1,"stream":"todo","events":{}}""", "invalid_message")]
    [InlineData("""{"type":"publish","ref":1,"stream":"todo","nonce":"","events":[{}]}""", "invalid_message")]
    [InlineData("""{"type":"fetch","ref":1,"stream":"todo","ranges":[]}""", "invalid_message")]
    [InlineData("""{"type":"fetch","ref":1,"stream":"todo","ranges":[[0,1]]}""", "invalid_message")]
    [InlineData("""{"type":"fetch","ref":1,"stream":"todo","ranges":[[2,1]]}""", "invalid_message")]
    [InlineData("""{"type":"fetch","ref":1,"stream":"todo","ranges":[[1]]}""", "invalid_message")]
    [InlineData("""{"type":"signal","stream":"todo"}""", "invalid_message")]
    public void What_cannot_be_read_is_refused(string json, string code) => Assert.Equal(code, RefusalOf(json).Refusal.Code.Name);

    [Fact]
    public void A_refusal_carries_ref_and_stream_wherever_they_stand()
    {
        var unreadable = RefusalOf("""{"create":{"ref":9,"stream":"other","n":1e999},"type":"shout","stream":"todo","ref":4}""");

        Assert.Equal(4, unreadable.Ref);
        Assert.Equal("todo", unreadable.Stream);
    }

    [Fact]
    public void What_is_no_stream_name_is_not_repeated_however_long()
    {
        var unreadable = RefusalOf($$"""{"type":"subscribe","stream":"{{new string('x', 100_000)}}","after":0}""");

        Assert.Null(unreadable.Stream);
        Assert.InRange(unreadable.Refusal.Message.Length, 1, 400);
    }

    [Fact]
    public void Bad_events_travel_on_with_their_batch_since_a_stale_session_is_answered_first()
    {
        var empty = Assert.IsType<ClientMessage.Publish>(Parse("""{"type":"publish","ref":1,"stream":"todo","events":[]}"""));
        Assert.Equal(ErrorCode.InvalidMessage, empty.ShapeRefusal?.Code);

        var second = Assert.IsType<ClientMessage.Publish>(Parse("""{"type":"publish","ref":1,"stream":"todo","events":[{"op":"delete","collection":"task","id":"milk"},{"op":"fly"},7]}"""));
        Assert.Equal(ErrorCode.InvalidEvent, second.ShapeRefusal?.Code);
        Assert.StartsWith("events[1]: ", second.ShapeRefusal!.Message, StringComparison.Ordinal);
        Assert.Empty(second.Events);
    }

    [Fact]
    public void More_ranges_than_anybody_needs_are_too_many()
    {
        string Fetch(int count) => $$"""{"type":"fetch","ref":1,"stream":"todo","ranges":[{{string.Join(',', Enumerable.Repeat("[1,1]", count))}}]}""";

        Assert.Equal(1_000, Assert.IsType<ClientMessage.Fetch>(Parse(Fetch(1_000))).Ranges.Count);
        Assert.Equal(ErrorCode.TooLarge, RefusalOf(Fetch(1_001)).Refusal.Code);
    }

    [Fact]
    public void Members_that_nobody_knows_are_ignored()
    {
        var subscribe = Assert.IsType<ClientMessage.Subscribe>(Parse("""{"mood":[1,{"after":5}],"type":"subscribe","stream":"todo","after":4,"snapshot":false}"""));

        Assert.Equal(new Seq(4), subscribe.After);
    }

    private static ClientMessage Parse(string json) => ClientMessageCodec.Parse(Encoding.UTF8.GetBytes(json));

    private static ClientMessage.Unreadable RefusalOf(string json) => Assert.IsType<ClientMessage.Unreadable>(Parse(json));
}

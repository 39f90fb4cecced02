using System.Text.RegularExpressions;
using Runnel.Protocol;

namespace Runnel.Client.Tests.Replica;

/// <summary>What goes over the wire, frame by frame, in the stories that users ask about.</summary>
public sealed partial class FrameLogTests
{
    private readonly TestHome _home = new();

    [Fact]
    public void Twenty_one_toggles_offline_are_one_small_event()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("lamp", "off");
        ada.Sync();
        ada.Disconnect();
        for (var i = 1; i <= 21; i++) ada.Set("lamp", i % 2 == 1 ? "on" : "off");

        ada.Sync();

        AssertFrames(
            ada,
            """{"type":"subscribe","stream":"todo:home","after":1,"id":"ID"}""",
            """{"type":"publish","ref":2,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":2,"precedingSeq":1,"op":"update","collection":"task","id":"lamp","fields":{"title":"on"}}]}""");
    }

    [Fact]
    public void Twenty_toggles_offline_are_nothing()
    {
        var ada = new Device(_home, "ada");
        ada.Insert("lamp", "off");
        ada.Sync();
        ada.Disconnect();
        for (var i = 1; i <= 20; i++) ada.Set("lamp", i % 2 == 1 ? "on" : "off");

        ada.Sync();

        AssertFrames(ada, """{"type":"subscribe","stream":"todo:home","after":1,"id":"ID"}""");
        Assert.Empty(ada.Outbox);
    }

    [Fact]
    public void Edited_while_in_flight()
    {
        var ada = new Device(_home, "ada");
        ada.Sync();
        ada.Insert("1", "Mil");
        ada.Set("1", "Milk");           // the insert is on its way: this waits
        ada.Set("1", "Milk, 2 l");      // and takes this in
        ada.Sync();

        AssertFrames(
            ada,
            """{"type":"subscribe","stream":"todo:home","after":0}""",
            """{"type":"subscribe","stream":"todo:home","after":0,"create":{"order":"causal"}}""",
            """{"type":"publish","ref":1,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"title":"Mil"}}]}""",
            """{"type":"publish","ref":2,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":2,"precedingSeq":0,"op":"update","collection":"task","id":"1","fields":{"title":"Milk, 2 l"}}]}""");
    }

    [Fact]
    public void Refused_then_edited()
    {
        _home.Refuses = draft => draft.Fields.ToString().Contains("rude", StringComparison.Ordinal) ? new Refusal(ErrorCode.Forbidden, "Be kind.") : null;
        var ada = new Device(_home, "ada");
        ada.Insert("1", "rude");
        ada.Insert("2", "Milk");
        ada.Sync();
        ada.Retry("1", Edits.Insert("1", "kind"));
        ada.Sync();

        AssertFrames(
            ada,
            """{"type":"subscribe","stream":"todo:home","after":0}""",
            """{"type":"subscribe","stream":"todo:home","after":0,"create":{"order":"causal"}}""",
            // Both are refused; one is to blame, so each goes by itself. No number is used up.
            """{"type":"publish","ref":1,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"title":"rude"}},{"clientSeq":2,"precedingSeq":0,"op":"insert","collection":"task","id":"2","fields":{"title":"Milk"}}]}""",
            """{"type":"publish","ref":2,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"title":"rude"}}]}""",
            """{"type":"publish","ref":3,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"2","fields":{"title":"Milk"}}]}""",
            // The retry is a new edit: the next number, and what is seen by now.
            """{"type":"publish","ref":4,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":2,"precedingSeq":1,"op":"insert","collection":"task","id":"1","fields":{"title":"kind"}}]}""");
    }

    [Fact]
    public void Lost_on_the_way_then_sent_again()
    {
        var ada = new Device(_home, "ada");
        _home.Create(Records.StreamSettings.Default);
        ada.Sync();
        ada.Insert("1");
        ada.Connect();   // the publish was lost with its connection
        ada.Set("1", "Milk");
        ada.Sync();

        const string Publish = """{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"title":"milk"}}""";
        AssertFrames(
            ada.Connections[0],
            """{"type":"subscribe","stream":"todo:home","after":0}""",
            $$"""{"type":"publish","ref":1,"stream":"todo:home","nonce":"NONCE","events":[{{Publish}}]}""");
        AssertFrames(
            ada.Connections[1],
            """{"type":"subscribe","stream":"todo:home","after":0,"id":"ID"}""",
            $$"""{"type":"publish","ref":2,"stream":"todo:home","nonce":"NONCE","events":[{{Publish}}]}""",
            """{"type":"publish","ref":3,"stream":"todo:home","nonce":"NONCE","events":[{"clientSeq":2,"precedingSeq":0,"op":"update","collection":"task","id":"1","fields":{"title":"Milk"}}]}""");
    }

    private static void AssertFrames(Device device, params string[] expected) => AssertFrames(device.Connections[^1], expected);

    private static void AssertFrames(TestConnection connection, params string[] expected)
    {
        foreach (var frame in connection.Frames) TestContext.Current.TestOutputHelper!.WriteLine(frame);
        Assert.Equal(expected, connection.Frames.Select(frame => RandomId().Replace(frame, match => match.Value.StartsWith("\"id", StringComparison.Ordinal) ? "\"id\":\"ID\"" : "\"nonce\":\"NONCE\"")));
    }

    [GeneratedRegex("\"(id|nonce)\":\"[0-9a-f]{32}\"")]
    private static partial Regex RandomId();
}

using System.Buffers.Text;
using System.Text;

namespace Runnel.Cli.Bench;

/// <summary>What the load writes, and the little that it reads, without a JSON parser.</summary>
internal static class Frames
{
    /// <summary>A to-do event's worth of text, so that an event has about 250 bytes as stored.</summary>
    public static readonly string Title = new('m', 60);

    /// <summary>A publish of <paramref name="count"/> events, numbered on from <paramref name="firstClientSeq"/>.</summary>
    public static byte[] Publish(string stream, long reference, long firstClientSeq, int count, string title)
    {
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""{"type":"publish","ref":{{reference}},"stream":"{{stream}}","events":[""");
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"clientSeq":{{{firstClientSeq + i}}},"op":"update","collection":"task","id":"019000000000700080000000{{{i % 100:D8}}}","fields":{"title":"{{{title}}}"}}""");
        }
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    /// <summary>Whether the message is an answer to a publish that went well.</summary>
    public static bool IsPublished(ReadOnlySpan<byte> message) => message.StartsWith("{\"type\":\"published\""u8);

    /// <summary>How many events an <c>events</c> frame covers; 0 for any other message.</summary>
    public static long CountEvents(ReadOnlySpan<byte> message)
    {
        if (!message.StartsWith("{\"type\":\"events\""u8)) return 0;
        return NumberAfter(message, "\"to\":"u8) - NumberAfter(message, "\"from\":"u8) + 1;
    }

    /// <summary>The number behind <paramref name="name"/>.</summary>
    public static long NumberAfter(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name) =>
        Utf8Parser.TryParse(message[(message.IndexOf(name) + name.Length)..], out long number, out _) ? number : throw new CommandFailure(ExitCode.Fault, $"An answer is not as expected: {Encoding.UTF8.GetString(message)}");
}

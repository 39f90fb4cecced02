using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Runnel.Protocol;

/// <summary>
/// Frames that cover a range of seqs, put together from events' stored bytes: an event is encoded once in its life, and every
/// subscriber gets those bytes.
/// </summary>
public static class EventFrame
{
    /// <summary>Writes an <c>events</c> frame that covers <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static void WriteEvents(IBufferWriter<byte> output, StreamName stream, Seq from, Seq to, IEnumerable<ReadOnlyMemory<byte>> events)
    {
        output.Write("{\"type\":\"events\""u8);
        WriteRange(output, stream, from, to, events);
        output.Write("}"u8);
    }

    /// <summary>Writes a <c>fetched</c> frame that covers <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static void WriteFetched(
        IBufferWriter<byte> output, long reference, StreamName stream, Seq from, Seq to, IEnumerable<ReadOnlyMemory<byte>> events, bool isLast)
    {
        output.Write("{\"type\":\"fetched\",\"ref\":"u8);
        WriteNumber(output, reference);
        WriteRange(output, stream, from, to, events);
        output.Write(isLast ? ",\"last\":true}"u8 : "}"u8);
    }

    private static void WriteRange(IBufferWriter<byte> output, StreamName stream, Seq from, Seq to, IEnumerable<ReadOnlyMemory<byte>> events)
    {
        output.Write(",\"stream\":\""u8);
        Encoding.ASCII.GetBytes(stream.Value, output);   // a stream's name has no character that JSON escapes
        output.Write("\",\"from\":"u8);
        WriteNumber(output, from.Value);
        output.Write(",\"to\":"u8);
        WriteNumber(output, to.Value);
        output.Write(",\"events\":["u8);
        var isFirst = true;
        foreach (var json in events)
        {
            if (!isFirst) output.Write(","u8);
            isFirst = false;
            output.Write(json.Span);
        }
        output.Write("]"u8);
    }

    private static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var written);
        output.Advance(written);
    }
}

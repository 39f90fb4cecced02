using System.Buffers;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>An <c>events</c> message ready to send: bytes that all readers at the same place share. Never changes.</summary>
public sealed class FeedFrame
{
    private FeedFrame(Seq after, Seq head, Seq to, ReadOnlyMemory<byte> json)
    {
        After = after;
        Head = head;
        To = to;
        Json = json;
    }

    /// <summary>Where a reader stands that needs this frame.</summary>
    public Seq After { get; }

    /// <summary>The durable head when the frame was built.</summary>
    public Seq Head { get; }

    /// <summary>Where the reader stands afterwards.</summary>
    public Seq To { get; }

    /// <summary>The message. Not to be changed.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Puts <paramref name="events"/>, those right after <paramref name="after"/>, into one message.</summary>
    public static FeedFrame Build(StreamName stream, Seq after, Seq head, IReadOnlyList<EncodedEvent> events)
    {
        // The envelope takes about 60 bytes beside the stream's name.
        var buffer = new ArrayBufferWriter<byte>(events.Sum(encoded => encoded.Json.Length + 1) + stream.Value.Length + 80);
        EventFrame.WriteEvents(buffer, stream, after.Next, events[^1].Seq, events.Select(encoded => encoded.Json));
        return new FeedFrame(after, head, events[^1].Seq, buffer.WrittenMemory);
    }
}

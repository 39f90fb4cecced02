using System.Buffers;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>The new events of a batch with their numbers, encoded once for storage and for all readers.</summary>
internal sealed class BatchNumbering
{
    /// <summary>Numbers the events of <paramref name="request"/> behind the first <paramref name="known"/> ones, on from <paramref name="head"/>.</summary>
    public BatchNumbering(PublishRequest request, ClientState client, int known, Seq head, DateTimeOffset at)
    {
        var count = request.Events.Count - known;
        var buffer = new ArrayBufferWriter<byte>(SizeOf(request, known));
        var ends = new int[count];
        var preceding = client.LastPrecedingSeq;
        for (var i = 0; i < count; i++)
        {
            var completed = request.Events[known + i].Complete(client.LastClientSeq + 1 + i, head);
            EventCodec.Write(buffer, new StreamEvent(head + (i + 1), request.Client, at, completed));
            ends[i] = buffer.WrittenCount;
            preceding = completed.PrecedingSeq;
        }

        Events = Cut(buffer.WrittenMemory, ends, head);
        Head = head + count;
        Run = new ClientRun(
            request.Client,
            client.LastClientSeq + 1,
            count,
            new ClientState(client.LastClientSeq + count, preceding, Math.Max(client.Session, request.Session), request.Nonce));
    }

    /// <summary>The new events.</summary>
    public IReadOnlyList<EncodedEvent> Events { get; }

    /// <summary>The stream's head after them.</summary>
    public Seq Head { get; }

    /// <summary>What they say of their client.</summary>
    public ClientRun Run { get; }

    // Numbers, client, time, collection, id and punctuation take less than this in all but the longest events, which then grow the buffer.
    private const int EnvelopeBytes = 320;

    private static int SizeOf(PublishRequest request, int known)
    {
        var bytes = 0;
        for (var i = known; i < request.Events.Count; i++) bytes += request.Events[i].Fields.Wire.Utf8.Length + EnvelopeBytes;
        return bytes;
    }

    private static EncodedEvent[] Cut(ReadOnlyMemory<byte> bytes, int[] ends, Seq head)
    {
        var events = new EncodedEvent[ends.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            events[i] = new EncodedEvent(head + (i + 1), bytes[(i == 0 ? 0 : ends[i - 1])..ends[i]]);
        }
        return events;
    }
}

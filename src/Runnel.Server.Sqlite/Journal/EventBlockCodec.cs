using System.IO.Hashing;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>The events of one append as bytes: the length of each event's JSON, then the JSON itself.</summary>
internal static class EventBlockCodec
{
    /// <summary>Writes <paramref name="events"/> behind what is written already.</summary>
    public static EntryBlock Write(ByteWriter writer, IReadOnlyList<EncodedEvent> events)
    {
        if (events.Count == 0) return default;
        var offset = writer.Length;
        for (var i = 0; i < events.Count; i++)
        {
            var json = events[i].Json.Span;
            writer.WriteNumber(json.Length);
            writer.WriteBytes(json);
        }
        var block = writer.Written[offset..];
        return new EntryBlock(events.Count, offset, block.Length, XxHash128.HashToUInt128(block));
    }

    /// <summary>Adds the events past <paramref name="after"/> of a block that begins with <paramref name="first"/>, cut out of its bytes.</summary>
    /// <exception cref="FormatException">The bytes are no such block.</exception>
    public static void Read(ReadOnlyMemory<byte> block, Seq first, Seq after, List<EncodedEvent> events)
    {
        var reader = new ByteReader(block.Span);
        for (var seq = first; !reader.IsAtEnd; seq = seq.Next)
        {
            var length = reader.ReadCount();
            if (seq > after) events.Add(new EncodedEvent(seq, block.Slice(reader.Position, length)));
            reader.ReadBytes(length);
        }
    }
}

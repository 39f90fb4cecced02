using System.IO.Hashing;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>One reader's way through a stream: to the head as it stood at the beginning, page by page, nothing unproved.</summary>
internal sealed class StreamReading(StreamIndex stream, Seq after, BlockReaders readers, string path)
{
    // Small blocks are handed out together; above this an array would go to the large object heap.
    private const int PageBytes = 64 * 1024;

    private readonly Seq _head = stream.Head;
    private Seq _after = after;
    private StreamStoreException? _damage;

    /// <summary>The next events; <c>null</c> at the end.</summary>
    /// <exception cref="StreamStoreException">The next are damaged, or the device failed.</exception>
    public EventBlock? Next()
    {
        if (_damage is not null) throw _damage;
        var blocks = stream.BlocksAfter(_after.Value, _head.Value, PageBytes);
        if (blocks.Count == 0) return null;

        var events = new List<EncodedEvent>();
        var bytes = new byte[blocks.Sum(block => block.Length)];
        readers.Use(reader => ReadWhole(reader, blocks, bytes, events));
        if (events.Count == 0 && _damage is not null) throw _damage;
        _after = events[^1].Seq;
        return new EventBlock(events) { StreamId = stream.Id };
    }

    // Stops at the first block that is not whole: what comes before it is still handed out.
    private bool ReadWhole(BlockReader reader, List<BlockPosition> blocks, Memory<byte> bytes, List<EncodedEvent> events)
    {
        foreach (var block in blocks)
        {
            var part = bytes[..block.Length];
            bytes = bytes[block.Length..];
            try
            {
                ReadOrTryAgain(reader, block, part.Span);
            }
            catch (StreamStoreException exception) when (exception.Fault == StoreFault.Damaged)
            {
                return Mark(block, exception.Message, exception);
            }
            var found = XxHash128.HashToUInt128(part.Span);
            if (found != block.Checksum) return Mark(block, $"their checksum is {found:x32}, expected {block.Checksum:x32}", null);
            EventBlockCodec.Read(part, new Seq(block.FirstSeq), _after, events);
        }
        return true;
    }

    // SQLite says the same of bytes that are wrong and of a device that failed to read them; only the first is so again.
    private static void ReadOrTryAgain(BlockReader reader, BlockPosition block, Span<byte> bytes)
    {
        try
        {
            reader.Read(block.Commit, block.Offset, bytes);
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Damaged)
        {
            reader.End();
            reader.Read(block.Commit, block.Offset, bytes);
        }
    }

    private bool Mark(BlockPosition block, string what, Exception? inner)
    {
        var message = $"Stream '{stream.Name}' (id {stream.Id}) is damaged from seq {block.FirstSeq} on, in commit {block.Commit} of {path}: {what}. "
            + "Other streams are not affected. Restore the journal from a backup; nothing of it was changed.";
        stream.Damage = message;
        _damage = new StreamStoreException(StoreFault.Damaged, message, inner) { Stream = stream.Name };
        return false;
    }
}

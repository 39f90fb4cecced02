using System.IO.Hashing;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>Looks whether the events of a journal are those that their directories say, commit by commit.</summary>
internal sealed class EventVerifier(JournalIndex index, string path)
{
    private readonly Dictionary<(int Stream, int Client), Seq> _preceding = [];

    /// <summary>How many events are whole.</summary>
    public long Count { get; private set; }

    /// <summary>How many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Verifies the events of a commit that the index has taken.</summary>
    public JournalFault? Verify(BlockReader reader, long commit, IReadOnlyList<AppendEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Block.Events > 0 && Verify(reader, commit, entry, index.Find(entry.Stream)!) is { } fault) return fault;
        }
        reader.End();
        return null;
    }

    private JournalFault? Verify(BlockReader reader, long commit, AppendEntry entry, StreamIndex stream)
    {
        var bytes = new byte[entry.Block.Length];
        var first = new Seq(entry.ExpectedHead + 1);
        try
        {
            reader.Read(commit, entry.Block.Offset, bytes);
        }
        catch (StreamStoreException exception) when (exception.Fault == StoreFault.Damaged)
        {
            return Fault(JournalFaultKind.Events, first, exception.Message);
        }
        var checksum = XxHash128.HashToUInt128(bytes);
        if (checksum != entry.Block.Checksum) return Fault(JournalFaultKind.Events, first, $"their checksum is {checksum:x32}, expected {entry.Block.Checksum:x32}");

        var events = new List<EncodedEvent>();
        EventBlockCodec.Read(bytes, first, Seq.None, events);
        if (events.Count != entry.Block.Events) return Fault(JournalFaultKind.Content, first, $"there are {events.Count}, expected {entry.Block.Events}");
        var place = 0;
        foreach (var run in entry.Runs)
        {
            for (var i = 0; i < run.Count; i++, place++)
            {
                if (VerifyEvent(events[place], stream, run, i) is { } problem) return Fault(JournalFaultKind.Content, events[place].Seq, problem);
            }
        }
        Count += events.Count;
        Bytes += bytes.Length;
        return null;

        JournalFault Fault(JournalFaultKind kind, Seq seq, string what) => new(
            kind, commit, stream.Name, seq, $"Stream '{stream.Name}' (id {stream.Id}) is damaged from seq {seq} on, in commit {commit} of {path}: {what}.");
    }

    private string? VerifyEvent(EncodedEvent encoded, StreamIndex stream, EntryRun run, int place)
    {
        StreamEvent stored;
        try
        {
            stored = EventCodec.ParseStored(encoded.Json.Span);
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
        var (client, clientSeq) = (stream.ClientAt(run.Client), run.FirstClientSeq + place);
        if (stored.Seq != encoded.Seq) return $"the event says seq {stored.Seq}";
        if (stored.Client != client || stored.Event.ClientSeq != clientSeq)
        {
            return $"the event is {stored.Client}'s number {stored.Event.ClientSeq}, expected {client}'s number {clientSeq}";
        }
        var preceding = stored.Event.PrecedingSeq;
        if (preceding >= stored.Seq) return $"the event's author had seen {preceding}";
        if (preceding < _preceding.GetValueOrDefault((stream.Number, run.Client))) return $"the event's author had seen {preceding}, and more before";
        if (place == run.Count - 1 && preceding != run.After.LastPrecedingSeq) return $"the event's author had seen {preceding}, expected {run.After.LastPrecedingSeq}";
        _preceding[(stream.Number, run.Client)] = preceding;
        return null;
    }
}

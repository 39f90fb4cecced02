using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Runnel.Records;

/// <summary>The merge state of all objects of a stream, as of one seq. Not safe for use by several threads at once.</summary>
public sealed class RecordSet(StreamSettings settings)
{
    private readonly Dictionary<ObjectKey, Record> _records = [];
    private readonly ArrayBufferWriter<byte> _document = new();   // of one object after another

    /// <summary>How the records merge.</summary>
    public StreamSettings Settings { get; private set; } = settings;

    /// <summary>The seq of the last event taken: the state is that of the stream's prefix up to it.</summary>
    public Seq Head { get; private set; }

    /// <summary>Takes the next event of the stream.</summary>
    /// <exception cref="ArgumentException">The event is not the one right after <see cref="Head"/>.</exception>
    public void Apply(StreamEvent confirmed)
    {
        if (confirmed.Seq != Head.Next)
        {
            throw new ArgumentException($"The next event has seq {Head.Next}, not {confirmed.Seq}.", nameof(confirmed));
        }
        var key = confirmed.Event.Key;
        if (!_records.TryGetValue(key, out var record)) _records.Add(key, record = new Record(Settings, key.Collection));
        record.Apply(confirmed);
        Head = confirmed.Seq;
    }

    /// <summary>
    /// Finds the record of an object that an event has named, existing or not. It is the set's own, to be read only; a copy may take
    /// events that are not in the stream yet.
    /// </summary>
    public bool TryFind(ObjectKey key, [NotNullWhen(true)] out Record? record) => _records.TryGetValue(key, out record);

    /// <summary>The existing objects, sorted by collection, then id, by UTF-8 bytes; of one collection, if one is given.</summary>
    public IEnumerable<VisibleRecord> Visible(CollectionName? collection = null) =>
        from pair in _records
        where collection is null || pair.Key.Collection == collection
        orderby pair.Key
        let fields = pair.Value.Visible
        where fields is not null
        select new VisibleRecord(pair.Key, fields.Value);

    /// <summary>The hash of what apps see of the whole stream: SHA-256, lower-case hex, of the canonical <c>records</c> array.</summary>
    public string Hash()
    {
        using var output = new Sha256Output();
        var isFirst = true;
        output.Write("["u8);
        foreach (var record in Visible())
        {
            output.WriteSeparator(ref isFirst);
            record.Write(output);
        }
        output.Write("]"u8);
        return output.Finish();
    }

    /// <summary>Every object that an event has named, existing or not.</summary>
    public IReadOnlyCollection<ObjectKey> Keys => _records.Keys;

    /// <summary>The hash of the whole merge state: SHA-256, lower-case hex, of its canonical document (docs/merge-state.md).</summary>
    public string MergeHash()
    {
        using var output = new Sha256Output();
        WriteMergeState(output);
        return output.Finish();
    }

    /// <summary>Writes the whole merge state as one canonical JSON document (docs/merge-state.md).</summary>
    public void WriteMergeState(IBufferWriter<byte> output) =>
        MergeStateWriter.Write(output, Head, [.. _records.OrderBy(pair => pair.Key)]);

    /// <summary>Makes the state that a merge state document tells: the one of which it was written.</summary>
    /// <exception cref="FormatException">It is no such document, or not one of a stream with these settings.</exception>
    public static RecordSet ReadMergeState(StreamSettings settings, ReadOnlySpan<byte> utf8)
    {
        var (head, records) = MergeStateReader.Read(settings, utf8);
        var set = new RecordSet(settings) { Head = head };
        foreach (var (key, record) in records)
        {
            if (!set._records.TryAdd(key, record)) throw new FormatException($"{key} is there twice.");
        }
        return set;
    }

    /// <summary>Writes the merge state of one object, as a merge state document that holds nothing else.</summary>
    /// <exception cref="KeyNotFoundException">No event has named the object.</exception>
    public ReadOnlyMemory<byte> WriteRecord(ObjectKey key)
    {
        _document.ResetWrittenCount();
        MergeStateWriter.Write(_document, Head, [KeyValuePair.Create(key, _records[key])]);
        return _document.WrittenSpan.ToArray();
    }

    /// <summary>Puts the state as of <paramref name="head"/> together from its objects' documents, as <see cref="WriteRecord"/> wrote them.</summary>
    /// <exception cref="FormatException">One of them is no such document, or not one of a stream with these settings.</exception>
    public static RecordSet Assemble(StreamSettings settings, Seq head, IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var set = new RecordSet(settings) { Head = head };
        foreach (var document in documents)
        {
            foreach (var (key, record) in MergeStateReader.Read(settings, document.Span).Records)
            {
                if (!set._records.TryAdd(key, record)) throw new FormatException($"{key} is there twice.");
            }
        }
        return set;
    }

    /// <summary>
    /// Puts the merge state of some objects as of <paramref name="head"/>, as <see cref="WriteRecord"/> wrote it, in the place of what is held of
    /// them; the others have not changed up to there. Answers which objects they are.
    /// </summary>
    /// <exception cref="FormatException">One of them is no such document, or not one of a stream with these settings.</exception>
    public IReadOnlyList<ObjectKey> Replace(Seq head, IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        var replaced = documents.SelectMany(document => MergeStateReader.Read(Settings, document.Span).Records).ToList();
        foreach (var (key, record) in replaced) _records[key] = record;
        Head = head;
        return [.. replaced.Select(pair => pair.Key)];
    }

    /// <summary>Merges by other settings from now on: ones that the settings so far may become (<see cref="StreamSettings.MayBecome"/>).</summary>
    public void Adopt(StreamSettings settings)
    {
        Settings = settings;
        foreach (var (key, record) in _records) record.Adopt(settings.Of(key.Collection));
    }
}

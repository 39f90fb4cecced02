using System.Buffers;

namespace Runnel.Records;

/// <summary>Writes the merge state document (docs/merge-state.md), canonical as it goes: one pass for the writers, one for the rest.</summary>
internal sealed class MergeStateWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly List<Writer> _writers = [];
    private readonly Dictionary<Seq, int> _indexes = [];

    private MergeStateWriter(IBufferWriter<byte> output, IReadOnlyList<KeyValuePair<ObjectKey, Record>> records)
    {
        _output = output;
        var writers = new List<Writer>();
        foreach (var (_, record) in records) AddWriters(record, writers);
        writers.Sort(static (left, right) => left.Seq.CompareTo(right.Seq));
        foreach (var writer in writers)
        {
            if (_indexes.TryAdd(writer.Seq, _indexes.Count)) _writers.Add(writer);
        }
    }

    /// <summary>Writes the state as of <paramref name="head"/>; the records are sorted by key, and none rests on a pending event.</summary>
    public static void Write(IBufferWriter<byte> output, Seq head, IReadOnlyList<KeyValuePair<ObjectKey, Record>> records)
    {
        var writer = new MergeStateWriter(output, records);
        output.Write("{\"records\":"u8);
        writer.WriteList(records, writer.WriteRecord);
        output.Write(",\"seq\":"u8);
        output.WriteInteger(head.Value);
        output.Write(",\"writers\":"u8);
        writer.WriteList(writer._writers, writer.WriteWriter);
        output.Write("}"u8);
    }

    private static void AddWriters(Record record, List<Writer> writers)
    {
        if (record.LatestInsert is { } insert) writers.Add(insert);
        if (record.LatestDelete is { } delete) writers.Add(delete);
        if (record.LatestWrite is { } write) writers.Add(write);
        foreach (var field in record.Fields.Values) field.AddWriters(writers);
    }

    private void WriteWriter(Writer writer)
    {
        _output.Write("["u8);
        _output.WriteInteger(writer.Seq.Value);
        _output.Write(","u8);
        _output.WriteInteger(writer.Stamp.PrecedingSeq.Value);
        _output.Write(","u8);
        _output.WriteName(writer.Stamp.Client.Value);
        _output.Write(","u8);
        _output.WriteInteger(writer.Stamp.ClientSeq);
        _output.Write("]"u8);
    }

    private void WriteRecord(KeyValuePair<ObjectKey, Record> pair)
    {
        var (key, record) = pair;
        _output.Write("{\"collection\":"u8);
        _output.WriteName(key.Collection.Value);
        WriteReference(",\"delete\":"u8, record.LatestDelete);
        _output.Write(",\"fields\":{"u8);
        var isFirst = true;
        foreach (var (name, field) in Sorted(record.Fields))
        {
            _output.WriteSeparator(ref isFirst);
            _output.WriteName(name.Value);
            _output.Write(":{"u8);
            if (field is SiblingsField siblings) WriteSiblings(siblings);
            else WriteField((LastWriterField)field);
            _output.Write("}"u8);
        }
        _output.Write("},\"id\":"u8);
        _output.Write(CanonicalJson.FromString(key.Id.Value));
        WriteReference(",\"insert\":"u8, record.LatestInsert);
        WriteReference(",\"write\":"u8, record.LatestWrite);
        _output.Write("}"u8);
    }

    private static KeyValuePair<FieldName, FieldState>[] Sorted(IReadOnlyDictionary<FieldName, FieldState> fields)
    {
        KeyValuePair<FieldName, FieldState>[] sorted = [.. fields];
        Array.Sort(sorted, static (left, right) => left.Key.CompareTo(right.Key));
        return sorted;
    }

    private void WriteSiblings(SiblingsField field)
    {
        _output.Write("\"siblings\":"u8);
        WriteList(field.Siblings, sibling => WriteWrite(sibling.By, sibling.Value));
    }

    private void WriteField(LastWriterField field)
    {
        var isFirst = true;
        WriteElements(ref isFirst, "\"add\":"u8, field, isIn: true);
        WriteElements(ref isFirst, "\"remove\":"u8, field, isIn: false);
        if (field.Sum is { } sum)
        {
            _output.WriteSeparator(ref isFirst);
            _output.Write("\"sum\":"u8);
            _output.Write(CanonicalJson.FromString(sum.ToString()));   // text, for a double would not hold it exactly
        }
        if (field.By is { } by)
        {
            _output.WriteSeparator(ref isFirst);
            _output.Write("\"value\":"u8);
            WriteWrite(by, field.Value);
        }
    }

    private void WriteElements(ref bool isFirst, ReadOnlySpan<byte> name, LastWriterField field, bool isIn)
    {
        KeyValuePair<CanonicalJson, ElementChange>[] changes = [.. field.Elements?.Sorted.Where(change => change.Value.IsIn == isIn) ?? []];
        if (changes.Length == 0) return;
        _output.WriteSeparator(ref isFirst);
        _output.Write(name);
        WriteList(changes, change => WriteWrite(change.Value.By, change.Key));
    }

    private void WriteWrite(Writer by, CanonicalJson value)
    {
        _output.Write("["u8);
        _output.WriteInteger(_indexes[by.Seq]);
        _output.Write(","u8);
        _output.Write(value);
        _output.Write("]"u8);
    }

    private void WriteReference(ReadOnlySpan<byte> name, Writer? writer)
    {
        if (writer is null) return;
        _output.Write(name);
        _output.WriteInteger(_indexes[writer.Seq]);
    }

    private void WriteList<T>(IEnumerable<T> items, Action<T> write)
    {
        var isFirst = true;
        _output.Write("["u8);
        foreach (var item in items)
        {
            _output.WriteSeparator(ref isFirst);
            write(item);
        }
        _output.Write("]"u8);
    }
}

using System.Text.Json;

namespace Runnel.Records;

/// <summary>
/// Reads the merge state document (docs/merge-state.md), in one pass for the writers and one for the rest: a device reads one for each object when it
/// opens. What it does not know is an error, for it could change the merge.
/// </summary>
internal sealed class MergeStateReader
{
    private readonly StreamSettings _settings;
    private readonly List<Writer> _writers;

    private MergeStateReader(StreamSettings settings, List<Writer> writers) => (_settings, _writers) = (settings, writers);

    /// <summary>Reads the seq that the state is as of, and all records.</summary>
    /// <exception cref="FormatException">It is no merge state document, or not one of a stream with these settings.</exception>
    public static (Seq Head, List<KeyValuePair<ObjectKey, Record>> Records) Read(StreamSettings settings, ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
            reader.Read();
            Expect(reader, JsonTokenType.StartObject);
            Utf8JsonReader records = default;
            long? seq = null;
            List<Writer>? writers = null;
            while (reader.NextMember() is { } member)
            {
                switch (member)
                {
                    case "records":
                        records = reader;
                        reader.Skip();
                        break;
                    case "seq": seq = reader.ReadCount(); break;
                    case "writers": writers = ReadWriters(ref reader); break;
                    default: throw Unknown(member);
                }
            }
            if (reader.Read()) throw StrictJson.Damaged("something stands behind it");
            if (records.TokenType == JsonTokenType.None || seq is null || writers is null) throw StrictJson.Damaged("it lacks \"records\", \"seq\" or \"writers\"");
            return (new Seq(seq.Value), new MergeStateReader(settings, writers).ReadRecords(ref records));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)   // not JSON, or a text that is not Unicode
        {
            throw StrictJson.Damaged(exception.Message);
        }
    }

    private static List<Writer> ReadWriters(ref Utf8JsonReader reader)
    {
        var writers = new List<Writer>();
        Expect(reader, JsonTokenType.StartArray);
        while (reader.NextElement())
        {
            Expect(reader, JsonTokenType.StartArray);
            var seq = reader.NextCount();
            var precedingSeq = reader.NextCount();
            reader.Read();
            var client = ClientId.Parse(reader.ReadText());
            var clientSeq = reader.NextCount();
            if (reader.NextElement()) throw StrictJson.Damaged("a writer has more than four parts");
            writers.Add(new Writer(new Seq(seq), new Stamp(new Seq(precedingSeq), client, clientSeq)));
        }
        return writers;
    }

    private List<KeyValuePair<ObjectKey, Record>> ReadRecords(ref Utf8JsonReader reader)
    {
        var records = new List<KeyValuePair<ObjectKey, Record>>();
        Expect(reader, JsonTokenType.StartArray);
        while (reader.NextElement()) records.Add(ReadRecord(ref reader));
        return records;
    }

    private KeyValuePair<ObjectKey, Record> ReadRecord(ref Utf8JsonReader reader)
    {
        Expect(reader, JsonTokenType.StartObject);
        CollectionName? collection = null;
        ObjectId? id = null;
        Dictionary<FieldName, FieldState>? fields = null;
        Writer? insert = null, delete = null, write = null;
        while (reader.NextMember() is { } member)
        {
            switch (member)
            {
                case "collection": collection = CollectionName.Parse(reader.ReadText()); break;
                case "id": id = ObjectId.Parse(reader.ReadText()); break;
                case "insert": insert = WriterAt(reader.ReadCount()); break;
                case "delete": delete = WriterAt(reader.ReadCount()); break;
                case "write": write = WriterAt(reader.ReadCount()); break;
                // How a field is kept is said by its collection, which comes first: members are sorted.
                case "fields" when collection is { } known: fields = ReadFields(ref reader, _settings.Of(known)); break;
                default: throw Unknown(member);
            }
        }
        if (collection is null || id is null || fields is null) throw StrictJson.Damaged("a record lacks \"collection\", \"fields\" or \"id\"");
        return KeyValuePair.Create(new ObjectKey(collection.Value, id.Value), Record.Restore(_settings.Order, _settings.Of(collection.Value), fields, insert, delete, write));
    }

    private Dictionary<FieldName, FieldState> ReadFields(ref Utf8JsonReader reader, CollectionSettings rules)
    {
        var fields = new Dictionary<FieldName, FieldState>();
        Expect(reader, JsonTokenType.StartObject);
        while (reader.NextMember() is { } member)
        {
            var name = FieldName.Parse(member);
            Expect(reader, JsonTokenType.StartObject);
            var state = rules.MergeOf(name) == FieldMerge.KeepAll ? (FieldState)ReadSiblings(ref reader) : ReadLastWriter(ref reader);
            if (!fields.TryAdd(name, state)) throw StrictJson.Damaged($"the field {name} is there twice");
        }
        return fields;
    }

    private SiblingsField ReadSiblings(ref Utf8JsonReader reader)
    {
        List<(Writer By, CanonicalJson Value)>? siblings = null;
        while (reader.NextMember() is { } member)
        {
            if (member != "siblings") throw Unknown(member);
            siblings = ReadWrites(ref reader);
        }
        return siblings is null ? throw StrictJson.Damaged("a field lacks \"siblings\"") : SiblingsField.Restore(siblings.Select(write => new Sibling(write.By, write.Value)));
    }

    private LastWriterField ReadLastWriter(ref Utf8JsonReader reader)
    {
        (Writer? By, CanonicalJson Value) plain = default;
        CounterSum? sum = null;
        ElementChanges? elements = null;
        while (reader.NextMember() is { } member)
        {
            switch (member)
            {
                case "value": plain = ReadWrite(ref reader); break;
                case "sum": sum = CounterSum.Parse(reader.ReadText()); break;
                case "add": (elements ??= new ElementChanges()).Restore(ReadWrites(ref reader), isIn: true); break;
                case "remove": (elements ??= new ElementChanges()).Restore(ReadWrites(ref reader), isIn: false); break;
                default: throw Unknown(member);
            }
        }
        return LastWriterField.Restore(plain.By, plain.Value, sum, elements is { IsEmpty: true } ? null : elements);
    }

    private List<(Writer By, CanonicalJson Value)> ReadWrites(ref Utf8JsonReader reader)
    {
        var writes = new List<(Writer, CanonicalJson)>();
        Expect(reader, JsonTokenType.StartArray);
        while (reader.NextElement()) writes.Add(ReadWrite(ref reader));
        return writes;
    }

    private (Writer By, CanonicalJson Value) ReadWrite(ref Utf8JsonReader reader)
    {
        Expect(reader, JsonTokenType.StartArray);
        var by = WriterAt(reader.NextCount());
        if (!reader.NextElement() || !CanonicalJson.TryRead(ref reader, out var value, out _)) throw StrictJson.Damaged("a write has no value");
        return reader.NextElement() ? throw StrictJson.Damaged("a write has more than two parts") : (by, value);
    }

    private Writer WriterAt(long index) => index < _writers.Count ? _writers[(int)index] : throw StrictJson.Damaged($"there is no writer {index}");

    private static void Expect(Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token) throw StrictJson.Damaged($"{token} should be at byte {reader.TokenStartIndex}");
    }

    private static FormatException Unknown(string member) => StrictJson.Damaged($"\"{member}\" is unknown there");
}

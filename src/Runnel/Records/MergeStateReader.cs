using System.Text.Json;

namespace Runnel.Records;

/// <summary>Reads the merge state document (docs/merge-state.md). What it does not know is an error, for it could change the merge.</summary>
internal sealed class MergeStateReader
{
    private readonly StreamSettings _settings;
    private readonly Writer[] _writers;

    private MergeStateReader(StreamSettings settings, Writer[] writers) => (_settings, _writers) = (settings, writers);

    /// <summary>Reads the seq that the state is as of, and all records.</summary>
    /// <exception cref="FormatException">It is no merge state document, or not one of a stream with these settings.</exception>
    public static (Seq Head, IEnumerable<KeyValuePair<ObjectKey, Record>> Records) Read(StreamSettings settings, ReadOnlySpan<byte> utf8)
    {
        var document = Parse(utf8).ToMembers(required: ["records", "seq", "writers"]);
        var reader = new MergeStateReader(settings, [.. document["writers"].ToList().Select(ReadWriter)]);
        return (new Seq(document["seq"].ToCount()), document["records"].ToList().Select(reader.ReadRecord));
    }

    private static CanonicalJson Parse(ReadOnlySpan<byte> utf8) =>
        CanonicalJson.TryParse(utf8, out var document, out var error) ? document : throw new FormatException($"The document is damaged: {error}");

    private static Writer ReadWriter(CanonicalJson json)
    {
        var parts = json.ToTuple(4);
        return new Writer(new Seq(parts[0].ToCount()), new Stamp(new Seq(parts[1].ToCount()), ClientId.Parse(parts[2].ToText()), parts[3].ToCount()));
    }

    private KeyValuePair<ObjectKey, Record> ReadRecord(CanonicalJson json)
    {
        var members = json.ToMembers(["collection", "fields", "id"], "delete", "insert", "write");
        var key = new ObjectKey(CollectionName.Parse(members["collection"].ToText()), ObjectId.Parse(members["id"].ToText()));
        var rules = _settings.Of(key.Collection);
        var fields = new Dictionary<FieldName, FieldState>();
        foreach (var (text, state) in members["fields"].ToAnyMembers())
        {
            var name = FieldName.Parse(text);
            fields.Add(name, rules.MergeOf(name) == FieldMerge.KeepAll ? ReadSiblings(state) : ReadLastWriter(state));
        }
        return KeyValuePair.Create(key, Record.Restore(_settings.Order, rules, fields, Referred("insert"), Referred("delete"), Referred("write")));

        Writer? Referred(string name) => members.TryGetValue(name, out var index) ? WriterAt(index) : null;
    }

    private SiblingsField ReadSiblings(CanonicalJson json) =>
        SiblingsField.Restore(ReadWrites(json.ToMembers(["siblings"])["siblings"]).Select(write => new Sibling(write.By, write.Value)));

    private LastWriterField ReadLastWriter(CanonicalJson json)
    {
        var members = json.ToMembers([], "add", "remove", "sum", "value");
        var (by, value) = members.TryGetValue("value", out var plain) ? ReadWrite(plain) : default;
        var sum = members.TryGetValue("sum", out var text) ? CounterSum.Parse(text.ToText()) : null;
        var elements = new ElementChanges();
        if (members.TryGetValue("add", out var added)) elements.Restore(ReadWrites(added), isIn: true);
        if (members.TryGetValue("remove", out var removed)) elements.Restore(ReadWrites(removed), isIn: false);
        return LastWriterField.Restore(by, value, sum, elements.IsEmpty ? null : elements);
    }

    private IEnumerable<(Writer By, CanonicalJson Value)> ReadWrites(CanonicalJson json) => json.ToList().Select(ReadWrite);

    private (Writer By, CanonicalJson Value) ReadWrite(CanonicalJson json)
    {
        var parts = json.ToTuple(2);
        return (WriterAt(parts[0]), parts[1]);
    }

    private Writer WriterAt(CanonicalJson json) =>
        json.ToCount() is var index && index < _writers.Length ? _writers[index] : throw new FormatException($"The document has no writer {index}.");
}

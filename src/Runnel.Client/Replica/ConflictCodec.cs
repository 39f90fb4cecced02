using System.Text.Json;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>Conflicts as rows of the local store: JSON, so that people can read them with any tool.</summary>
internal static class ConflictCodec
{
    public static ReadOnlyMemory<byte> Write(KeptConflict conflict)
    {
        var overwrite = conflict.Overwrite;
        var members = new List<KeyValuePair<string, CanonicalJson>>
        {
            new("collection", CanonicalJson.FromString(conflict.Key.Collection.Value)),
            new("id", CanonicalJson.FromString(conflict.Key.Id.Value)),
            new("loser", Write(overwrite.Loser)),
            new("winner", Write(overwrite.Winner)),
            new("rule", CanonicalJson.FromString(overwrite.Rule.ToString())),
        };
        if (overwrite.Field is { } field) members.Add(new("field", CanonicalJson.FromString(field.Value)));
        if (overwrite.Lost is { } lost) members.Add(new("lost", lost.Wire));
        if (conflict.Won is { } won) members.Add(new("won", won));
        if (conflict.Was is { } was) members.Add(new("was", was));
        return CanonicalJson.FromObject(members).Utf8;
    }

    /// <exception cref="FormatException">The row is none of this version's.</exception>
    public static KeptConflict Read(long id, ReadOnlySpan<byte> row)
    {
        try
        {
            return ReadMembers(id, row);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)   // a member that is out of range, or of another type
        {
            throw new FormatException($"Conflict {id} cannot be read: {exception.Message}", exception);
        }
    }

    private static KeptConflict ReadMembers(long id, ReadOnlySpan<byte> row)
    {
        if (!CanonicalJson.TryParse(row, out var value, out var error) || value.Kind != JsonValueKind.Object) throw new FormatException($"Conflict {id} cannot be read: {error}");
        var members = value.Members().ToDictionary();
        var key = new ObjectKey(CollectionName.Parse(Text(members, "collection")), ObjectId.Parse(Text(members, "id")));
        Delta? lost = null;
        if (members.TryGetValue("lost", out var wire) && !Delta.TryParse(wire, out lost, out error)) throw new FormatException(error);
        FieldName? field = members.ContainsKey("field") ? FieldName.Parse(Text(members, "field")) : null;
        var overwrite = new Overwrite(field, lost, ReadWriter(members, "loser"), ReadWriter(members, "winner"), Enum.Parse<OverwriteRule>(Text(members, "rule")));
        return new KeptConflict(id, key, overwrite, Find(members, "won"), Find(members, "was"));
    }

    private static CanonicalJson Write(Writer writer) => CanonicalJson.FromArray([
        CanonicalJson.FromNumber(writer.Seq.Value), CanonicalJson.FromNumber(writer.Stamp.PrecedingSeq.Value),
        CanonicalJson.FromString(writer.Stamp.Client.Value), CanonicalJson.FromNumber(writer.Stamp.ClientSeq)]);

    private static Writer ReadWriter(Dictionary<string, CanonicalJson> members, string name)
    {
        if (members.GetValueOrDefault(name).Elements().ToList() is [var seq, var preceding, var client, var clientSeq]
            && seq.TryGetInteger(out var place) && preceding.TryGetInteger(out var seen) && client.TryGetString(out var author) && clientSeq.TryGetInteger(out var number))
        {
            return new Writer(new Seq(place), new Stamp(new Seq(seen), ClientId.Parse(author), number));
        }
        throw new FormatException($"The conflict's {name} is no writer.");
    }

    private static CanonicalJson? Find(Dictionary<string, CanonicalJson> members, string name) => members.TryGetValue(name, out var value) ? value : null;

    private static string Text(Dictionary<string, CanonicalJson> members, string name) =>
        members.TryGetValue(name, out var value) && value.TryGetString(out var text) ? text : throw new FormatException($"The conflict lacks \"{name}\".");
}

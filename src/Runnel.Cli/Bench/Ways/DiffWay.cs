namespace Runnel.Cli.Bench.Ways;

/// <summary>Each edit compares the whole list with what was sent last, and sends the difference as a JSON merge patch (RFC 7396).</summary>
internal sealed class DiffWay : IWay
{
    private readonly TodoDocument _list = new();
    private byte[] _known = "{}"u8.ToArray();

    public string Name => "JSON diff";

    public bool ReturnsToAuthor => false;

    public byte[] Make(TodoEdit edit)
    {
        _list.Apply(edit);
        var patch = Difference(TodoDocument.Parse(_known), _list);
        _known = _list.ToJson().Utf8.ToArray();
        return patch.Utf8.ToArray();
    }

    public byte[] Relay(byte[] sent)
    {
        Take(sent);
        return sent;
    }

    public void Take(byte[] relayed)
    {
        if (!CanonicalJson.TryParse(relayed, out var patch, out var error)) throw new FormatException(error);
        _list.Merge(patch);
        _known = _list.ToJson().Utf8.ToArray();   // what the next difference is taken against
    }

    private static CanonicalJson Difference(TodoDocument before, TodoDocument after)
    {
        var patch = before.Tasks.Keys.Where(id => !after.Tasks.ContainsKey(id)).ToDictionary(id => id, _ => CanonicalJson.Null);
        foreach (var (id, fields) in after.Tasks)
        {
            var changed = before.Tasks.TryGetValue(id, out var old)
                ? fields.Where(field => !old.TryGetValue(field.Key, out var value) || value != field.Value).ToDictionary()
                : fields;
            if (changed.Count > 0) patch[id] = CanonicalJson.FromObject(changed);
        }
        return CanonicalJson.FromObject(patch);
    }
}

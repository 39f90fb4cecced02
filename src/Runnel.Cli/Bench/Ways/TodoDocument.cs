namespace Runnel.Cli.Bench.Ways;

/// <summary>The list as one JSON document: the tasks' fields by their ids.</summary>
internal sealed class TodoDocument
{
    private readonly Dictionary<string, Dictionary<string, CanonicalJson>> _tasks = [];

    /// <summary>The tasks.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, CanonicalJson>> Tasks => _tasks;

    /// <summary>Reads a document.</summary>
    public static TodoDocument Parse(byte[] utf8)
    {
        if (!CanonicalJson.TryParse(utf8, out var json, out var error)) throw new FormatException(error);
        var document = new TodoDocument();
        foreach (var (id, fields) in json.Members()) document._tasks[id] = fields.Members().ToDictionary();
        return document;
    }

    /// <summary>Does an edit.</summary>
    public void Apply(TodoEdit edit)
    {
        if (edit.Op == EventOp.Delete)
        {
            _tasks.Remove(edit.Id);
            return;
        }
        if (!_tasks.TryGetValue(edit.Id, out var fields)) _tasks.Add(edit.Id, fields = []);
        foreach (var (name, value) in edit.Fields) fields[name] = value;
    }

    /// <summary>Merges a patch (RFC 7396): <c>null</c> removes.</summary>
    public void Merge(CanonicalJson patch)
    {
        foreach (var (id, fields) in patch.Members())
        {
            if (fields == CanonicalJson.Null)
            {
                _tasks.Remove(id);
                continue;
            }
            if (!_tasks.TryGetValue(id, out var task)) _tasks.Add(id, task = []);
            foreach (var (name, value) in fields.Members())
            {
                if (value == CanonicalJson.Null) task.Remove(name);
                else task[name] = value;
            }
        }
    }

    /// <summary>The whole document.</summary>
    public CanonicalJson ToJson() => CanonicalJson.FromObject(_tasks.Select(task => KeyValuePair.Create(task.Key, CanonicalJson.FromObject(task.Value))));
}

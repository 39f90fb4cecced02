using System.ComponentModel;

namespace Runnel.Client.Models.Forms;

/// <summary>The members of a JSON object. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MemberValues
{
    private readonly Dictionary<string, CanonicalJson> _values = new(StringComparer.Ordinal);

    internal MemberValues(CanonicalJson json)
    {
        foreach (var (name, value) in json.Members()) _values[name] = value;
    }

    internal IEnumerable<string> Names => _values.Keys;

    /// <summary>Reads a member; the default of its type where it is absent or unreadable.</summary>
    public TValue Read<T, TValue>(ObjectMember<T, TValue> member) => member.Form.Read(Find(member.Name));

    internal CanonicalJson? Find(string name) => _values.TryGetValue(name, out var value) ? value : null;
}

using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Runnel.Client.Models.Forms;

/// <summary>
/// A nested object as a JSON object, member by member. Replacing one keeps the members that the class does not know, or cannot read and did
/// not change: a newer app's data survives an older one's edit. For generated code.
/// </summary>
/// <typeparam name="T">The nested type.</typeparam>
/// <param name="isImmutable">Whether nobody can change an object in place.</param>
/// <param name="create">Makes an object of what its members read.</param>
/// <param name="members">The members.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ObjectForm<T>(bool isImmutable, Func<MemberValues, T> create, params ObjectMember<T>[] members) : JsonForm<T> where T : notnull
{
    internal override bool IsImmutable => isImmutable;

    internal override CanonicalJson Write(T value) => Compose(members.Select(member => (member.Name, member.Write(value))));

    internal override CanonicalJson WriteOver(T value, CanonicalJson beneath)
    {
        var old = new MemberValues(beneath);
        var known = members.Select(member => (member.Name, member.WriteOver(value, old)));
        var unknown = old.Names.Except(members.Select(member => member.Name)).Select(name => (name, old.Find(name)));
        return Compose(known.Concat(unknown));
    }

    internal override bool TryRead(CanonicalJson json, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (json.Kind != JsonValueKind.Object) return false;
        try
        {
            value = create(new MemberValues(json));
            return true;
        }
        catch (Exception)   // the class is the app's: its constructor or a setter may refuse what other devices wrote
        {
            return false;
        }
    }

    private static CanonicalJson Compose(IEnumerable<(string Name, CanonicalJson? Value)> members)
    {
        var there = new List<KeyValuePair<string, CanonicalJson>>();
        foreach (var (name, value) in members)
        {
            if (value is { } given) there.Add(new(name, given));
        }
        return CanonicalJson.FromObject(there);
    }
}

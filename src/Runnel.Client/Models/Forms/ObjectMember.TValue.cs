using System.ComponentModel;

namespace Runnel.Client.Models.Forms;

/// <summary>A member of a nested object, with its type. For generated code.</summary>
/// <typeparam name="T">The nested type.</typeparam>
/// <typeparam name="TValue">The member's type.</typeparam>
/// <param name="name">The member's name in JSON.</param>
/// <param name="form">How its value travels.</param>
/// <param name="get">Reads the member.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ObjectMember<T, TValue>(string name, JsonForm<TValue> form, Func<T, TValue> get) : ObjectMember<T>(name)
{
    internal JsonForm<TValue> Form => form;

    internal override CanonicalJson? Write(T owner) => Compose(get(owner), form.Write);

    internal override CanonicalJson? WriteOver(T owner, MemberValues old)
    {
        if (old.Find(Name) is not { } beneath) return Write(owner);
        var value = get(owner);
        if (!form.TryReadOrDefault(beneath, out var read) && Write(owner) == Compose(read, form.Write)) return beneath;
        return Compose(value, given => form.WriteOver(given, beneath));
    }

    private static CanonicalJson? Compose(TValue value, Func<TValue, CanonicalJson> write) => value is null ? null : write(value);
}

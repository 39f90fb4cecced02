using System.ComponentModel;

namespace Runnel.Client.Models.Forms;

/// <summary>A member of a nested object. For generated code.</summary>
/// <typeparam name="T">The nested type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ObjectMember<T>
{
    private protected ObjectMember(string name) => Name = name;

    internal string Name { get; }

    /// <summary>The member's value; <c>null</c> to leave it out.</summary>
    internal abstract CanonicalJson? Write(T owner);

    /// <summary>The same, keeping what <paramref name="old"/> says where this form cannot read it and the owner reads the same still.</summary>
    internal abstract CanonicalJson? WriteOver(T owner, MemberValues old);
}

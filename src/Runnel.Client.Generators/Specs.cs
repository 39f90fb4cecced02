namespace Runnel.Client.Generators;

/// <summary>All that the code of a model class is written from.</summary>
internal sealed record ModelSpec(
    string Namespace, string Name, string FullName, string Collection, string? KeyProperty,
    EquatableArray<string> Forms, EquatableArray<PropertySpec> Properties)
{
    public string HintName => $"{(Namespace.Length == 0 ? "" : Namespace + ".")}{Name.TrimStart('@')}.Synced.g.cs";
}

/// <summary>A partial property and how it is implemented.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Declaration">Its modifiers, type and name, as they must be repeated.</param>
/// <param name="Getter">The getter's keyword, with its modifiers; empty for none.</param>
/// <param name="Setter">The setter's, likewise.</param>
/// <param name="Type">The property's type.</param>
/// <param name="Kind">How it is implemented.</param>
/// <param name="Field">The field's name in events.</param>
/// <param name="FormerNames">The names that it had.</param>
/// <param name="Form">The expression of the form in which its value, or an element of it, travels.</param>
/// <param name="Element">The type of a set's elements.</param>
/// <param name="Initial">The expression that new storage begins with; empty for the type's default.</param>
/// <param name="MethodModifiers">The modifiers of a counter's method.</param>
internal sealed record PropertySpec(
    string Name, string Declaration, string Getter, string Setter, string Type, PropertyKind Kind, string Field = "",
    EquatableArray<string> FormerNames = default, string Form = "", string Element = "", string Initial = "", string MethodModifiers = "");

/// <summary>The ways to implement a property.</summary>
internal enum PropertyKind
{
    /// <summary>In error, and reported: only so that the compiler does not complain a second time.</summary>
    Broken,

    /// <summary>A scalar that processors read in one go.</summary>
    Atomic,

    /// <summary>A wider scalar, read under a lock.</summary>
    Wide,

    /// <summary>A list or nested object.</summary>
    Whole,

    /// <summary>A counter that processors read in one go.</summary>
    AtomicCounter,

    /// <summary>A wider counter.</summary>
    WideCounter,

    /// <summary>A live set.</summary>
    Set,

    /// <summary>The object's id as text.</summary>
    TextKey,

    /// <summary>The object's id as text that may be <c>null</c>.</summary>
    NullableTextKey,

    /// <summary>The object's id as a UUID.</summary>
    GuidKey,
}

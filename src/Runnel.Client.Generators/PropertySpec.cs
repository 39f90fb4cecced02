namespace Runnel.Client.Generators;

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

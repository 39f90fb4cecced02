namespace Runnel.Client;

/// <summary>Gives a property's field another name than the property's own in camelCase. A property may then be renamed freely.</summary>
/// <param name="name">The field's name in events: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string name) : Attribute
{
    /// <summary>The field's name in events.</summary>
    public string Name { get; } = name;
}

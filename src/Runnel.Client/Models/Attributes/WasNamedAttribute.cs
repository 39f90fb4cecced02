namespace Runnel.Client;

/// <summary>
/// Reads the field of this old name where the new one is absent, so that data from before a renaming stays readable. Writes go to
/// the new name. Several old names are asked in the order in which they are written.
/// </summary>
/// <param name="name">The field's old name in events.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class WasNamedAttribute(string name) : Attribute
{
    /// <summary>The field's old name in events.</summary>
    public string Name { get; } = name;
}

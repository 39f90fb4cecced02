namespace Runnel.Client.Generators;

/// <summary>All that the code of a model class is written from.</summary>
internal sealed record ModelSpec(
    string Namespace, string Name, string FullName, string Collection, string? KeyProperty,
    EquatableArray<string> Forms, EquatableArray<PropertySpec> Properties)
{
    public string HintName => $"{(Namespace.Length == 0 ? "" : Namespace + ".")}{Name.TrimStart('@')}.Synced.g.cs";
}

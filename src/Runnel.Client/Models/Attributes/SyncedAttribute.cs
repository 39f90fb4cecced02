namespace Runnel.Client;

/// <summary>
/// Makes a partial class a model: each of its partial properties is a field that is kept the same on every device. The class
/// stays a plain object, made with <c>new</c>; it needs no base class and no properties for id, version or deletion.
/// </summary>
/// <param name="collection">The collection of the objects in a stream; <c>null</c> for the class name in camelCase: TodoTask → todoTask.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SyncedAttribute(string? collection = null) : Attribute
{
    /// <summary>The collection's name; <c>null</c> for the class name in camelCase.</summary>
    public string? Collection { get; } = collection;
}

namespace Runnel.Client;

/// <summary>
/// Shows the object's id in its collection as a <see cref="string"/> or <see cref="Guid"/> property, which may be set until the
/// object is inserted. Without a value then, the object gets a UUIDv7.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute : Attribute;

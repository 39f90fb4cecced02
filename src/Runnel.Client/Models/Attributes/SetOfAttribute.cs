namespace Runnel.Client;

/// <summary>
/// Makes a get-only property of type <see cref="ISet{T}"/> or <see cref="SyncedSet{T}"/> a live set: adding and removing sends the
/// element, not the set, so that concurrent changes of different elements all count.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SetOfAttribute : Attribute;

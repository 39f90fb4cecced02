namespace Runnel.Client;

/// <summary>Says that a property of a model, or of an object within one, stays on this device and is meant to.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotSyncedAttribute : Attribute;

namespace Runnel.Records;

/// <summary>An existing object as an app sees it.</summary>
/// <param name="Key">The object.</param>
/// <param name="Fields">Its fields, sorted by name: a canonical JSON object; a field with siblings reads <c>{"$siblings":[…]}</c>.</param>
public readonly record struct VisibleRecord(ObjectKey Key, CanonicalJson Fields);

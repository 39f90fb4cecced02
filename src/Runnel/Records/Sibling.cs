namespace Runnel.Records;

/// <summary>One of the concurrent writes that a <c>keepAll</c> field keeps.</summary>
/// <param name="By">Who wrote it.</param>
/// <param name="Value">What was written.</param>
public readonly record struct Sibling(Writer By, CanonicalJson Value);

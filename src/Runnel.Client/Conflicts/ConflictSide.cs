using Runnel.Records;

namespace Runnel.Client;

/// <summary>One of the two sides of a <see cref="Conflict"/>. Never changes.</summary>
/// <param name="Value">What it wrote; <c>null</c> for a delete, and for a winner whose write was no plain value.</param>
/// <param name="Event">The event that wrote it: its place in the stream, and who made it on the sight of what.</param>
public sealed record ConflictSide(CanonicalJson? Value, Writer Event)
{
    /// <summary>The value as JSON; <c>event 12</c> where there is none.</summary>
    public override string ToString() => Value?.ToString() ?? $"event {Event.Seq}";
}

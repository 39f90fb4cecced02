namespace Runnel.Records;

/// <summary>The event that wrote something: its place in the stream and its place in causal order. Never changes.</summary>
/// <param name="Seq">The event's number in the stream; <see cref="Seq.None"/> while it is pending.</param>
/// <param name="Stamp">The event's place in causal order.</param>
public sealed record Writer(Seq Seq, Stamp Stamp);

namespace Runnel.Cli.Appending;

/// <summary>A line to append.</summary>
/// <param name="Number">Its place in the file, from 1, blank lines counted.</param>
/// <param name="Text">The event, with its author's numbers where they could be told.</param>
/// <param name="Seq">The seq that the event must get; <c>null</c> for the next.</param>
internal readonly record struct Line(long Number, ReadOnlyMemory<byte> Text, long? Seq = null);

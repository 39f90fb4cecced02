using System.Buffers;

namespace Runnel.Tests;

/// <summary>A part of an input that arrives in pieces.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private Segment(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

    /// <summary>The bytes, cut in two at <paramref name="at"/>.</summary>
    public static ReadOnlySequence<byte> InTwo(byte[] bytes, int at)
    {
        var last = new Segment(bytes.AsMemory(at), at);
        return new ReadOnlySequence<byte>(new Segment(bytes.AsMemory(0, at), 0) { Next = last }, 0, last, last.Memory.Length);
    }
}

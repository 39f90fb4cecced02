using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Runnel.Testing.Simulation.Time;

/// <summary>What happened, in order: the last lines in words, all of it as a hash that tells whether two runs were the same.</summary>
internal sealed class Trace(Timeline timeline, int maxLines)
{
    private readonly Queue<(TimeSpan At, string Line)> _lines = new();
    private readonly XxHash3 _hash = new();

    /// <summary>The hash of all lines and frames so far.</summary>
    public string Hash => _hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The last lines, each with its time.</summary>
    public IReadOnlyList<string> Lines => [.. _lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.At.TotalMilliseconds,12:F3} ms  {line.Line}"))];

    /// <summary>Adds a line.</summary>
    public void Note(string line)
    {
        var ticks = timeline.Now.Ticks;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in ticks)));
        _hash.Append(MemoryMarshal.AsBytes(line.AsSpan()));
        if (_lines.Count == maxLines) _lines.Dequeue();
        _lines.Enqueue((timeline.Now, line));
    }

    /// <summary>Adds a frame to the hash only: its bytes would drown the words.</summary>
    public void Include(ReadOnlySpan<byte> frame) => _hash.Append(frame);
}

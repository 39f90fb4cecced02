using System.Diagnostics.CodeAnalysis;

namespace Runnel.Server.Homes;

/// <summary>
/// Large frames that were built of late, by where they begin: readers who are behind get the same bytes as those before them, and no
/// work is done twice. Small frames are not kept, for it is cheaper to put their events into one. Not safe for use by several threads at
/// once.
/// </summary>
internal sealed class SharedFrames
{
    private const int LargeBytes = 16 * 1024;

    // As much as the recent events themselves may take.
    private const int MaxBytes = 1024 * 1024;

    private readonly SortedList<Seq, FeedFrame> _frames = [];
    private readonly Queue<FeedFrame> _byAge = new();
    private int _bytes;

    /// <summary>Keeps a frame, if it is worth it, letting go those that were built first.</summary>
    public void Add(FeedFrame frame)
    {
        if (frame.Json.Length < LargeBytes || !_frames.TryAdd(frame.After, frame)) return;
        _byAge.Enqueue(frame);
        _bytes += frame.Json.Length;
        while (_bytes > MaxBytes && _byAge.Count > 1)
        {
            var oldest = _byAge.Dequeue();
            _frames.Remove(oldest.After);
            _bytes -= oldest.Json.Length;
        }
    }

    /// <summary>Finds the frame for a reader at <paramref name="after"/>.</summary>
    public bool TryFind(Seq after, [NotNullWhen(true)] out FeedFrame? frame) => _frames.TryGetValue(after, out frame);

    /// <summary>
    /// How many events a reader at <paramref name="after"/> should get to stand where a frame begins that is kept, and so to go on
    /// with the others; <paramref name="most"/> if there is none within that many.
    /// </summary>
    public int EventsToNext(Seq after, int most)
    {
        for (var i = _frames.Count - 1; i >= 0 && _frames.GetKeyAtIndex(i) > after; i--)
        {
            most = (int)Math.Min(most, _frames.GetKeyAtIndex(i) - after);
        }
        return most;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _frames.Clear();
        _byAge.Clear();
        _bytes = 0;
    }
}

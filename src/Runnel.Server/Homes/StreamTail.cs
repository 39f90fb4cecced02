using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>The most recent events of a stream, in memory: a ring that lets the oldest go. Not safe for use by several threads at once.</summary>
internal sealed class StreamTail
{
    private const int MinEvents = 16;

    // Enough for every reader that keeps up; who falls farther behind reads from the store.
    private const int MaxEvents = 4_096;
    private const int MaxBytes = 1024 * 1024;

    private EncodedEvent[] _ring = [];
    private int _start;
    private int _count;
    private int _bytes;

    /// <summary>Adds the next event, letting old ones go where a bound asks for it.</summary>
    public void Add(EncodedEvent next)
    {
        if (_count == _ring.Length && _count < MaxEvents) Grow();
        if (_count == _ring.Length) DropOldest();
        _ring[(_start + _count) % _ring.Length] = next;
        _count++;
        _bytes += next.Json.Length;
        while (_bytes > MaxBytes && _count > 1) DropOldest();
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _ring = [];
        _start = _count = _bytes = 0;
    }

    /// <summary>Adds to <paramref name="events"/> what comes right after <paramref name="after"/>, up to the bounds; false if that has been let go.</summary>
    public bool TryRead(Seq after, int maxEvents, int maxBytes, List<EncodedEvent> events)
    {
        if (_count == 0 || _ring[_start].Seq > after.Next) return false;
        var bytes = 0;
        for (var i = (int)(after.Next - _ring[_start].Seq); i < _count && maxEvents > 0 && bytes < maxBytes; i++, maxEvents--)
        {
            var next = _ring[(_start + i) % _ring.Length];
            events.Add(next);
            bytes += next.Json.Length;
        }
        return true;
    }

    private void Grow()
    {
        var larger = new EncodedEvent[Math.Clamp(_ring.Length * 2, MinEvents, MaxEvents)];
        for (var i = 0; i < _count; i++) larger[i] = _ring[(_start + i) % _ring.Length];
        _ring = larger;
        _start = 0;
    }

    private void DropOldest()
    {
        _bytes -= _ring[_start].Json.Length;
        _ring[_start] = default;
        _start = (_start + 1) % _ring.Length;
        _count--;
    }
}

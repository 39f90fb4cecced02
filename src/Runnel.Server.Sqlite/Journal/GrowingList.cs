namespace Runnel.Server.Sqlite.Journal;

/// <summary>Something that begins somewhere and ends where the next one begins.</summary>
internal interface IBeginning
{
    /// <summary>Where it begins.</summary>
    long Begin { get; }
}

/// <summary>
/// Beginnings in ascending order. Takes a few dozen bytes for one and, from a thousand on, grows by chunks: what is there is never
/// copied as a whole, and no chunk is large enough for the large object heap.
/// </summary>
internal sealed class GrowingList<T> where T : struct, IBeginning
{
    private const int ChunkSize = 1024;

    private readonly List<T[]> _chunks = [];
    private T[] _last = [];
    private int _lastCount;

    /// <summary>How many there are.</summary>
    public int Count => _chunks.Count * ChunkSize + _lastCount;

    public T this[int index] => index < _chunks.Count * ChunkSize ? _chunks[index / ChunkSize][index % ChunkSize] : _last[index % ChunkSize];

    public void Add(T item)
    {
        if (_lastCount == ChunkSize)
        {
            _chunks.Add(_last);
            (_last, _lastCount) = (new T[ChunkSize], 0);
        }
        else if (_lastCount == _last.Length)
        {
            Array.Resize(ref _last, Math.Clamp(_last.Length * 2, 1, ChunkSize));
        }
        _last[_lastCount++] = item;
    }

    /// <summary>The index of the last one that begins at <paramref name="place"/> or before it; -1 if none does.</summary>
    public int FindLast(long place)
    {
        var (low, high) = (0, Count - 1);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (this[middle].Begin <= place) low = middle + 1;
            else high = middle - 1;
        }
        return high;
    }
}

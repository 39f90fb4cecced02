using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// Appends that go into one commit. A commit names each stream once, so appends of one stream that follow each other become one.
/// Not safe for use by several threads at once.
/// </summary>
/// <typeparam name="TOwner">Who is told how an append went.</typeparam>
/// <param name="capacity">For how many streams there is to be room at once; more may come.</param>
public sealed class CommitGroup<TOwner>(int capacity = 0)
{
    private readonly Dictionary<StreamName, int> _places = new(capacity);
    private readonly List<Entry> _entries = new(capacity);

    /// <summary>How many streams the group writes.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds an append; false if it cannot share a commit with one before it of the same stream, and so begins the next group.</summary>
    public bool TryAdd(StreamAppend append, TOwner owner)
    {
        if (_places.TryAdd(append.Stream, _entries.Count))
        {
            _entries.Add(new Entry(append, owner));
            return true;
        }
        var entry = _entries[_places[append.Stream]];
        if (!Follows(entry.Appends[^1], append)) return false;
        entry.Add(append, owner);
        return true;
    }

    /// <summary>What to commit: one append for each stream, in the order in which the streams came.</summary>
    public IReadOnlyList<StreamAppend> Merge() => [.. _entries.Select(entry => Merge(entry.Appends))];

    /// <summary>Who is told how the <paramref name="index"/>-th merged append went, in order.</summary>
    public IReadOnlyList<TOwner> OwnersOf(int index) => _entries[index].Owners;

    private static bool Follows(StreamAppend earlier, StreamAppend later) =>
        !earlier.IsDelete && !later.IsDelete && earlier.StreamId == later.StreamId
        && later.ExpectedHead == earlier.ExpectedHead + earlier.Events.Count;

    private static StreamAppend Merge(IReadOnlyList<StreamAppend> appends) => appends.Count == 1
        ? appends[0]
        : appends[0] with
        {
            Header = appends.LastOrDefault(append => append.Header is not null)?.Header,
            Events = [.. appends.SelectMany(append => append.Events)],
            Runs = [.. appends.SelectMany(append => append.Runs)],
            NewNames = [.. appends.SelectMany(append => append.NewNames)],
        };

    /// <summary>What one stream brings. Most bring one append, which takes no list that could grow.</summary>
    private sealed class Entry(StreamAppend append, TOwner owner)
    {
        public IReadOnlyList<StreamAppend> Appends { get; private set; } = [append];

        public IReadOnlyList<TOwner> Owners { get; private set; } = [owner];

        public void Add(StreamAppend append, TOwner owner)
        {
            if (Appends is not List<StreamAppend>) (Appends, Owners) = (new List<StreamAppend>(Appends), new List<TOwner>(Owners));
            ((List<StreamAppend>)Appends).Add(append);
            ((List<TOwner>)Owners).Add(owner);
        }
    }
}

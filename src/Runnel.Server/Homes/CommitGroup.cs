using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// Appends that go into one commit. A commit names each stream once, so appends of one stream that follow each other become one.
/// Not safe for use by several threads at once.
/// </summary>
/// <typeparam name="TOwner">Who is told how an append went.</typeparam>
public sealed class CommitGroup<TOwner>
{
    private readonly Dictionary<StreamName, int> _places = [];
    private readonly List<List<StreamAppend>> _appends = [];
    private readonly List<List<TOwner>> _owners = [];

    /// <summary>How many streams the group writes.</summary>
    public int Count => _appends.Count;

    /// <summary>Adds an append; false if it cannot share a commit with one before it of the same stream, and so begins the next group.</summary>
    public bool TryAdd(StreamAppend append, TOwner owner)
    {
        if (!_places.TryGetValue(append.Stream, out var place))
        {
            _places.Add(append.Stream, _appends.Count);
            _appends.Add([append]);
            _owners.Add([owner]);
            return true;
        }
        if (!Follows(_appends[place][^1], append)) return false;
        _appends[place].Add(append);
        _owners[place].Add(owner);
        return true;
    }

    /// <summary>What to commit: one append for each stream, in the order in which the streams came.</summary>
    public IReadOnlyList<StreamAppend> Merge() => [.. _appends.Select(Merge)];

    /// <summary>Who is told how the <paramref name="index"/>-th merged append went, in order.</summary>
    public IReadOnlyList<TOwner> OwnersOf(int index) => _owners[index];

    private static bool Follows(StreamAppend earlier, StreamAppend later) =>
        !earlier.IsDelete && !later.IsDelete && earlier.StreamId == later.StreamId
        && later.ExpectedHead == earlier.ExpectedHead + earlier.Events.Count;

    private static StreamAppend Merge(List<StreamAppend> appends) => appends.Count == 1
        ? appends[0]
        : appends[0] with
        {
            Header = appends.FindLast(append => append.Header is not null)?.Header,
            Events = [.. appends.SelectMany(append => append.Events)],
            Runs = [.. appends.SelectMany(append => append.Runs)],
            NewNames = [.. appends.SelectMany(append => append.NewNames)],
        };
}

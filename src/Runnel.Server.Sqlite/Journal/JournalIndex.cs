using System.Diagnostics.CodeAnalysis;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// All streams of a journal, in memory: rebuilt from the directories of its commits at open, then kept up by the committer. Everyone
/// reads it, at any time.
/// </summary>
internal sealed class JournalIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StreamName, StreamIndex> _byName = [];
    private readonly SortedSet<string> _sorted = new(StringComparer.Ordinal);

    // Of the committer alone: also those that are deleted, as empty places, so that numbers stay.
    private readonly List<StreamIndex?> _byNumber = [];

    // Streams of one kind name the same collections and fields: one instance of each text serves them all.
    private readonly Dictionary<NewName, NewName> _names = [];

    /// <summary>How many streams there were ever: the number of the next.</summary>
    public int NextNumber => _byNumber.Count;

    /// <summary>How many streams there are.</summary>
    public int Count
    {
        get { lock (_gate) return _byName.Count; }
    }

    /// <summary>Finds the stream called <paramref name="name"/>.</summary>
    public bool TryFind(StreamName name, [NotNullWhen(true)] out StreamIndex? stream)
    {
        lock (_gate) return _byName.TryGetValue(name, out stream);
    }

    /// <summary>The streams past <paramref name="after"/> that begin with <paramref name="prefix"/>, in order.</summary>
    public IReadOnlyList<StreamHeader> List(string prefix, string after, int limit)
    {
        var headers = new List<StreamHeader>();
        var begin = StringComparer.Ordinal.Compare(after, prefix) > 0 ? after : prefix;
        lock (_gate)
        {
            // No name is above this: names are ASCII.
            if (limit <= 0 || StringComparer.Ordinal.Compare(begin, "\x7f") > 0) return headers;
            foreach (var name in _sorted.GetViewBetween(begin, "\x7f"))
            {
                if (name == after) continue;
                if (!name.StartsWith(prefix, StringComparison.Ordinal)) break;
                headers.Add(_byName[StreamName.Parse(name)].Header);
                if (headers.Count == limit) break;
            }
        }
        return headers;
    }

    /// <summary>The stream numbered <paramref name="number"/>, if there is one.</summary>
    public StreamIndex? Find(int number) => number < _byNumber.Count ? _byNumber[number] : null;

    /// <summary>Takes a commit that was read back, append by append; says what is wrong with the first that cannot follow.</summary>
    public (StreamName? Stream, string Problem)? TakeChecked(IReadOnlyList<AppendEntry> entries, long commit)
    {
        foreach (var entry in entries)
        {
            if (Check(entry) is { } problem) return (entry.Created?.Name ?? Find(entry.Stream)?.Name, problem);
            Take(entry, commit);
        }
        return null;
    }

    /// <summary>Takes an append of commit <paramref name="commit"/>; it must have been checked.</summary>
    public void Take(AppendEntry entry, long commit)
    {
        if (entry.IsDelete)
        {
            Remove(_byNumber[entry.Stream]!);
            return;
        }
        if (entry.NewNames.Count > 0) entry = entry with { NewNames = [.. entry.NewNames.Select(Share)] };
        if (entry.Created is not { } created)
        {
            _byNumber[entry.Stream]!.Take(entry, commit);
            return;
        }
        var stream = new StreamIndex(entry.Stream, created, entry.Settings!);
        stream.Take(entry, commit);
        _byNumber.Add(stream);
        lock (_gate)
        {
            _byName.Add(created.Name, stream);
            _sorted.Add(created.Name.Value);
        }
    }

    private string? Check(AppendEntry entry)
    {
        if (entry.Created is not { } created) return Find(entry.Stream) is { } stream ? stream.Check(entry) : $"goes to stream {entry.Stream}, which is not there";
        if (entry.Stream != NextNumber) return $"creates stream {entry.Stream} where {NextNumber} is the next";
        if (entry.Settings is null) return "creates a stream without settings";
        if (TryFind(created.Name, out _)) return "creates a stream that is there";
        return new StreamIndex(entry.Stream, created, entry.Settings).Check(entry);
    }

    private void Remove(StreamIndex stream)
    {
        _byNumber[stream.Number] = null;
        lock (_gate)
        {
            _byName.Remove(stream.Name);
            _sorted.Remove(stream.Name.Value);
        }
    }

    private NewName Share(NewName name)
    {
        if (_names.TryGetValue(name, out var shared)) return shared;
        _names.Add(name, name);
        return name;
    }
}

using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// Turns a group of appends into a commit: who fits, what the directory says, the events' bytes. Changes nothing but its own buffers,
/// which serve one commit after the other.
/// </summary>
internal sealed class CommitBuilder(JournalIndex index)
{
    private readonly ByteWriter _directory = new();
    private readonly ByteWriter _events = new();
    private readonly List<AppendEntry> _entries = [];

    /// <summary>The appends that fit.</summary>
    public IReadOnlyList<AppendEntry> Entries => _entries;

    /// <summary>The commit's directory.</summary>
    public ReadOnlySpan<byte> Directory => _directory.Written;

    /// <summary>The commit's events.</summary>
    public ReadOnlySpan<byte> Events => _events.Written;

    /// <summary>Builds the commit; answers what becomes of each append once it is stored.</summary>
    /// <exception cref="ArgumentException">An append does not fit what is stored: a mistake of the caller.</exception>
    public AppendResult[] Build(IReadOnlyList<StreamAppend> group)
    {
        StreamAppend.ThrowIfUnfit(group);
        _entries.Clear();
        _directory.Clear();
        _events.Clear();

        var results = new AppendResult[group.Count];
        var nextNumber = index.NextNumber;
        for (var i = 0; i < group.Count; i++)
        {
            index.TryFind(group[i].Stream, out var stream);
            results[i] = Judge(group[i], stream);
            if (results[i] is AppendResult.Appended) Add(group[i], stream, stream?.Number ?? nextNumber++);
        }
        DirectoryCodec.Write(_directory, _entries);
        return results;
    }

    private static AppendResult Judge(StreamAppend append, StreamIndex? stream)
    {
        var expected = append.ExpectedHead;
        if (stream is null && append.Header is not null && expected.IsNone) return new AppendResult.Appended(expected + append.Events.Count);
        if (stream is null || stream.Id != append.StreamId) return new AppendResult.StaleHead(expected, Seq.None);

        var head = stream.Head;
        if (head != expected) return new AppendResult.StaleHead(expected, head);
        if (append.IsDelete) return new AppendResult.Appended(Seq.None);
        return stream.Damage is null ? new AppendResult.Appended(expected + append.Events.Count) : new AppendResult.StaleHead(expected, head);
    }

    private void Add(StreamAppend append, StreamIndex? known, int number)
    {
        var created = known is null ? new NewStream(append.Stream, append.StreamId, append.Header!.CreatedAt.ToUniversalTime()) : null;
        var stream = known ?? new StreamIndex(number, created!, append.Header!.Settings);
        var entry = new AppendEntry(number, append.ExpectedHead.Value)
        {
            Created = created,
            Settings = append.Header?.Settings,
            IsDelete = append.IsDelete,
            Block = EventBlockCodec.Write(_events, append.Events),
            Runs = NumberClients(stream, append.Runs),
            NewNames = append.NewNames,
        };
        if (stream.Check(entry) is { } problem) throw new ArgumentException($"An append to stream '{append.Stream}' {problem}.", nameof(append));
        _entries.Add(entry);
    }

    private static EntryRun[] NumberClients(StreamIndex stream, IReadOnlyList<ClientRun> runs)
    {
        if (runs.Count == 0) return [];
        var numbered = new EntryRun[runs.Count];
        Dictionary<ClientId, int>? newcomers = null;
        for (var i = 0; i < numbered.Length; i++)
        {
            var run = runs[i];
            var number = stream.NumberOf(run.Client);
            var isNew = number == stream.ClientCount;
            if (isNew)
            {
                newcomers ??= [];
                isNew = newcomers.TryAdd(run.Client, number + newcomers.Count);
                number = newcomers[run.Client];
            }
            numbered[i] = new EntryRun(number, isNew ? run.Client : null, run.FirstClientSeq, run.Count, run.After);
        }
        return numbered;
    }
}

using System.Runtime.CompilerServices;

namespace Runnel.Testing.Stores;

/// <summary>
/// A store whose durability is played by a <see cref="SimulatedDisk"/>: what the disk has synced is found again by the next store
/// over it, after a crash also. Everything completes before the call returns, unless the disk holds the commit.
/// </summary>
/// <remarks>
/// It looks only for the mistakes of <see cref="StreamAppend.ThrowIfUnfit"/>, not at clients' numbers: so a simulation can show what
/// a faulty home would have done. Safe for use as <see cref="IStreamStore"/> says.
/// </remarks>
public sealed class InMemoryStreamStore : IStreamStore
{
    private readonly Lock _gate = new();
    private readonly SimulatedDisk _disk;
    private readonly Dictionary<StreamName, StoredStream> _streams = [];
    private readonly int _life;

    /// <summary>Opens the store that is on <paramref name="disk"/>; a fresh disk is an empty store.</summary>
    /// <exception cref="StreamStoreException">Another open store is on the disk.</exception>
    public InMemoryStreamStore(SimulatedDisk disk)
    {
        _disk = disk;
        _life = disk.Attach();
        foreach (var append in disk.SyncedCommits.SelectMany(group => group)) Apply(append);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken)
    {
        StreamAppend.ThrowIfUnfit(group);
        cancellationToken.ThrowIfCancellationRequested();
        _disk.ThrowUnlessAlive(_life);
        var results = group.Select(Judge).ToArray();
        StreamAppend[] fitting = [.. group.Where((_, i) => results[i] is AppendResult.Appended)];
        if (fitting.Length == 0) return results;

        // The continuation runs inside the disk's release, on its thread: so a simulation stays on one thread.
        await _disk.CommitAsync(fitting).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var append in fitting) Apply(append);
        }
        return results;
    }

    /// <inheritdoc/>
    public ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _disk.ThrowUnlessReadable(_life);
        lock (_gate)
        {
            if (!_streams.TryGetValue(stream, out var stored)) return ValueTask.FromResult<StreamState?>(null);
            if (stored.Damage is { } seq) throw SimulatedDisk.Damaged(stream, seq);
            return ValueTask.FromResult<StreamState?>(stored.ToState());
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventBlock> ReadAsync(StreamName stream, Seq after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var block in Snapshot(stream, after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _disk.ThrowUnlessReadable(_life);
            var whole = block.Events.TakeWhile(stored => !_disk.IsDamaged(stream, stored.Seq)).ToArray();
            if (whole.Length > 0) yield return block with { Events = whole };
            if (whole.Length == block.Events.Count) continue;
            throw Mark(stream, block.Events[whole.Length].Seq);
        }
        await ValueTask.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Seq>> FindAsync(
        StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _disk.ThrowUnlessReadable(_life);
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<Seq>>(
                _streams.TryGetValue(stream, out var stored) ? [.. stored.Find(client, firstClientSeq).Take(count)] : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamHeader>> ListAsync(string prefix, string after, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _disk.ThrowUnlessReadable(_life);
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<StreamHeader>>([
                .. _streams.Values
                    .Select(stored => stored.Header)
                    .Where(header => header.Name.Value.StartsWith(prefix, StringComparison.Ordinal) && Utf8Order.Compare(header.Name.Value, after) > 0)
                    .OrderBy(header => header.Name)
                    .Take(limit)]);
        }
    }

    /// <summary>Closes the store; another may then be opened over the same disk.</summary>
    public ValueTask DisposeAsync()
    {
        _disk.Detach(_life);
        return ValueTask.CompletedTask;
    }

    private AppendResult Judge(StreamAppend append)
    {
        lock (_gate)
        {
            var stored = _streams.GetValueOrDefault(append.Stream);
            if (stored is null && append is { Header: not null, ExpectedHead.IsNone: true }) return Appended(append);
            if (stored is null || stored.Header.Id != append.StreamId) return new AppendResult.StaleHead(append.ExpectedHead, Seq.None);
            var fits = stored.Header.Head == append.ExpectedHead && (stored.Damage is null || append.IsDelete);
            return fits ? Appended(append) : new AppendResult.StaleHead(append.ExpectedHead, stored.Header.Head);
        }
    }

    private static AppendResult.Appended Appended(StreamAppend append) =>
        new(append.IsDelete ? Seq.None : append.ExpectedHead + append.Events.Count);

    private void Apply(StreamAppend append)
    {
        if (append.IsDelete)
        {
            _streams.Remove(append.Stream);
            return;
        }
        if (!_streams.TryGetValue(append.Stream, out var stored))
        {
            _streams.Add(append.Stream, stored = new StoredStream(append.Header! with { CreatedAt = append.Header.CreatedAt.ToUniversalTime() }));
        }
        stored.Take(append);
    }

    private List<EventBlock> Snapshot(StreamName stream, Seq after)
    {
        _disk.ThrowUnlessReadable(_life);
        lock (_gate)
        {
            return _streams.TryGetValue(stream, out var stored) ? stored.BlocksAfter(after) : [];
        }
    }

    private StreamStoreException Mark(StreamName stream, Seq seq)
    {
        lock (_gate)
        {
            if (_streams.TryGetValue(stream, out var stored)) stored.Damage = seq;
        }
        return SimulatedDisk.Damaged(stream, seq);
    }

    /// <summary>One stream, kept in the plainest way.</summary>
    private sealed class StoredStream(StreamHeader header)
    {
        private readonly List<EventBlock> _blocks = [];
        private readonly Dictionary<ClientId, ClientState> _clients = [];
        private readonly Dictionary<(ClientId Client, long ClientSeq), Seq> _seqs = [];
        private readonly List<NewName> _named = [];

        public StreamHeader Header { get; private set; } = header with { Head = Seq.None };

        public Seq? Damage { get; set; }

        public void Take(StreamAppend append)
        {
            var seq = Header.Head;
            foreach (var run in append.Runs)
            {
                for (var i = 0; i < run.Count; i++) _seqs[(run.Client, run.FirstClientSeq + i)] = seq = seq.Next;
                _clients[run.Client] = run.After;
            }
            if (append.Events.Count > 0) _blocks.Add(new EventBlock(append.Events) { StreamId = Header.Id });
            _named.AddRange(append.NewNames);
            Header = Header with { Head = Header.Head + append.Events.Count, Settings = append.Header?.Settings ?? Header.Settings };
        }

        public StreamState ToState()
        {
            var named = new Dictionary<CollectionName, HashSet<FieldName>>();
            foreach (var (collection, field) in _named)
            {
                if (!named.TryGetValue(collection, out var fields)) named.Add(collection, fields = []);
                if (field is { } name) fields.Add(name);
            }
            return new StreamState(Header, new Dictionary<ClientId, ClientState>(_clients), named);
        }

        public List<EventBlock> BlocksAfter(Seq after) => [
            .. _blocks
                .Where(block => block.To > after)
                .Select(block => block.From > after ? block : block with { Events = [.. block.Events.Where(stored => stored.Seq > after)] })];

        public IEnumerable<Seq> Find(ClientId client, long firstClientSeq)
        {
            for (var clientSeq = firstClientSeq; _seqs.TryGetValue((client, clientSeq), out var seq); clientSeq++) yield return seq;
        }
    }
}

using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>
/// What is known of one stream without reading its events. The committer alone changes it; everyone reads it, at any time.
/// </summary>
internal sealed class StreamIndex(int number, NewStream created, StreamSettings settings)
{
    private readonly GrowingList<BlockPosition> _blocks = new();
    private readonly ClientTable _clients = new();
    private NewName[] _named = [];
    private StreamSettings _settings = settings;
    private long _head;
    private string? _damage;

    /// <summary>The stream's number in the journal.</summary>
    public int Number { get; } = number;

    /// <summary>The stream's name.</summary>
    public StreamName Name => created.Name;

    /// <summary>The stream's id.</summary>
    public string Id => created.Id;

    /// <summary>The stream's head.</summary>
    public Seq Head
    {
        get { lock (_blocks) return new Seq(_head); }
    }

    /// <summary>What the stream is.</summary>
    public StreamHeader Header
    {
        get { lock (_blocks) return new StreamHeader(Name, Id, created.CreatedAt, _settings, new Seq(_head)); }
    }

    /// <summary>What a reader found wrong with the stream's events; from then on it takes no more.</summary>
    public string? Damage
    {
        get { lock (_blocks) return _damage; }
        set { lock (_blocks) _damage = value; }
    }

    /// <summary>How many clients there are: the number of the next.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>The number of <paramref name="client"/>, or of the next if it is new.</summary>
    public int NumberOf(ClientId client) => _clients.TryFind(client, out _, out var number) ? number : _clients.Count;

    /// <summary>The client numbered <paramref name="number"/>.</summary>
    public ClientId ClientAt(int number) => _clients[number].Client;

    /// <summary>What a home needs to know.</summary>
    public StreamState ToState()
    {
        var named = new Dictionary<CollectionName, HashSet<FieldName>>();
        lock (_blocks)
        {
            var clients = new Dictionary<ClientId, ClientState>(_clients.Count);
            for (var i = 0; i < _clients.Count; i++) clients.Add(_clients[i].Client, _clients[i].State);
            foreach (var (collection, field) in _named)
            {
                if (!named.TryGetValue(collection, out var fields)) named.Add(collection, fields = []);
                if (field is { } name) fields.Add(name);
            }
            return new StreamState(Header, clients, named);
        }
    }

    /// <summary>The seqs of a client's events, from that numbered <paramref name="firstClientSeq"/> on.</summary>
    public Seq[] Find(ClientId client, long firstClientSeq, int count)
    {
        lock (_blocks) return _clients.TryFind(client, out var found, out _) ? found.Find(firstClientSeq, count) : [];
    }

    /// <summary>
    /// The blocks with the events past <paramref name="after"/> up to <paramref name="head"/>: the first of them, and as many more as
    /// keep within <paramref name="bytes"/>.
    /// </summary>
    public List<BlockPosition> BlocksAfter(long after, long head, int bytes)
    {
        var blocks = new List<BlockPosition>();
        lock (_blocks)
        {
            if (after >= head) return blocks;
            for (var i = _blocks.FindLast(after + 1); i < _blocks.Count && _blocks[i].FirstSeq <= head; i++)
            {
                bytes -= _blocks[i].Length;
                if (blocks.Count > 0 && bytes < 0) break;
                blocks.Add(_blocks[i]);
            }
        }
        return blocks;
    }

    /// <summary>What is wrong with <paramref name="entry"/> as the stream's next, or <c>null</c>.</summary>
    public string? Check(AppendEntry entry)
    {
        if (entry.ExpectedHead != _head) return $"expects head {entry.ExpectedHead} where it is {_head}";
        var (counted, clients) = (0L, _clients.Count);
        var last = entry.Runs.Length > 1 ? new Dictionary<int, long>() : null;
        foreach (var run in entry.Runs)
        {
            if (run.NewClient is not null && run.Client != clients++) return $"gives a new client the number {run.Client}";
            if (run.Client >= clients) return $"names client {run.Client} of {clients}";
            if (last is null || !last.TryGetValue(run.Client, out var before)) before = LastClientSeqOf(run.Client);
            if (run.FirstClientSeq != before + 1) return $"numbers an event of client {run.Client} as {run.FirstClientSeq} after {before}";
            if (run.After.LastClientSeq != before + run.Count) return $"says {run.After.LastClientSeq} of client {run.Client} after {before} and {run.Count} more";
            last?[run.Client] = run.After.LastClientSeq;
            counted += run.Count;
        }
        return counted == entry.Block.Events ? null : $"has runs of {counted} events and {entry.Block.Events} events";
    }

    /// <summary>Takes what commit <paramref name="commit"/> did to the stream; it must have been checked.</summary>
    public void Take(AppendEntry entry, long commit)
    {
        lock (_blocks)
        {
            var seq = _head + 1;
            foreach (var run in entry.Runs)
            {
                if (run.NewClient is { } client) _clients.Add(client);
                _clients[run.Client].Take(run, seq);
                seq += run.Count;
            }
            if (entry.Block is { Events: > 0 } block)
            {
                _blocks.Add(new BlockPosition(_head + 1, commit, block.Offset, block.Length, (ulong)(block.Checksum >> 64), (ulong)block.Checksum));
            }
            if (entry.NewNames.Count > 0) _named = [.. _named, .. entry.NewNames];
            if (entry.Settings is { } settings) _settings = settings;
            _head += entry.Block.Events;
        }
    }

    private long LastClientSeqOf(int client) => client < _clients.Count ? _clients[client].State.LastClientSeq : 0;
}

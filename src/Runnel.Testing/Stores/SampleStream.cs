using System.Buffers;
using System.Globalization;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Testing.Stores;

/// <summary>
/// One stream as it should be: makes appends as a home would (events numbered, with their runs and new names), and holds what a store
/// must know once it has taken them. An append changes nothing here until <see cref="Take"/>.
/// </summary>
public sealed class SampleStream
{
    private static readonly CollectionName Tasks = CollectionName.Parse("task");
    private static readonly FieldName Title = FieldName.Parse("title");
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly List<EncodedEvent> _events = [];
    private readonly Dictionary<ClientId, ClientState> _clients = [];
    private readonly Dictionary<ClientId, List<Seq>> _seqs = [];
    private readonly Dictionary<CollectionName, HashSet<FieldName>> _named = [];

    /// <summary>A stream that is not created yet; one <paramref name="incarnation"/> of a name has another id than the next.</summary>
    public SampleStream(string name, int incarnation = 1)
    {
        Name = StreamName.Parse(name);
        Id = $"id-of-{name}-{incarnation}";
        Header = new StreamHeader(Name, Id, Start, StreamSettings.Default, Seq.None);
    }

    /// <summary>The stream's name.</summary>
    public StreamName Name { get; }

    /// <summary>The stream's id.</summary>
    public string Id { get; }

    /// <summary>What the stream is, as far as its appends were taken.</summary>
    public StreamHeader Header { get; private set; }

    /// <summary>The stream's head.</summary>
    public Seq Head => Header.Head;

    /// <summary>The events that were taken.</summary>
    public IReadOnlyList<EncodedEvent> Events => _events;

    /// <summary>What is known of each client.</summary>
    public IReadOnlyDictionary<ClientId, ClientState> Clients => _clients;

    /// <summary>The seqs of each client's events, in the order of the client's numbers.</summary>
    public IReadOnlyList<Seq> SeqsOf(ClientId client) => _seqs.GetValueOrDefault(client) ?? [];

    /// <summary>The collections that events have named, with their fields.</summary>
    public IReadOnlyDictionary<CollectionName, HashSet<FieldName>> Named => _named;

    /// <summary>Creates the stream, with the first events if there are any.</summary>
    public StreamAppend Create(int events = 0, StreamSettings? settings = null) =>
        Append(events) with { Header = Header with { Settings = settings ?? Header.Settings } };

    /// <summary>Gives the stream other settings.</summary>
    public StreamAppend Change(StreamSettings settings) => Append(0) with { Header = Header with { Settings = settings } };

    /// <summary>Appends <paramref name="events"/> events of one client, each with <paramref name="padding"/> more bytes in its title.</summary>
    public StreamAppend Append(int events, string client = "ada", int padding = 0, long session = 0, string? nonce = null) =>
        Append([(client, events)], padding, session, nonce);

    /// <summary>Raises a client's session, and does nothing else.</summary>
    public StreamAppend RaiseSession(string client, long session)
    {
        var id = ClientId.Parse(client);
        var known = _clients.GetValueOrDefault(id, ClientState.New);
        return Append(0) with { Runs = [new ClientRun(id, known.LastClientSeq + 1, 0, known with { Session = session })] };
    }

    /// <summary>Removes the stream.</summary>
    public StreamAppend Delete() => Append(0) with { IsDelete = true };

    /// <summary>Appends runs of events of several clients; a client may come again.</summary>
    public StreamAppend Append(IReadOnlyList<(string Client, int Events)> authors, int padding = 0, long session = 0, string? nonce = null)
    {
        var events = new List<EncodedEvent>();
        var runs = new List<ClientRun>();
        var clients = new Dictionary<ClientId, ClientState>(_clients);
        foreach (var (client, count) in authors.Where(author => author.Events > 0))
        {
            var id = ClientId.Parse(client);
            var before = clients.GetValueOrDefault(id, ClientState.New);
            for (var i = 1; i <= count; i++) events.Add(Encode(Head + events.Count + 1, id, before.LastClientSeq + i, padding));
            var after = new ClientState(before.LastClientSeq + count, Head, Math.Max(before.Session, session), nonce);
            runs.Add(new ClientRun(id, before.LastClientSeq + 1, count, after));
            clients[id] = after;
        }
        var isNew = events.Count > 0 && !_named.ContainsKey(Tasks);
        return new StreamAppend
        {
            Stream = Name,
            StreamId = Id,
            ExpectedHead = Head,
            Events = events,
            Runs = runs,
            NewNames = isNew ? [new NewName(Tasks, null), new NewName(Tasks, Title)] : [],
        };
    }

    /// <summary>Expects from now on what <paramref name="append"/>, made here and acknowledged by a store, says.</summary>
    public StreamAppend Take(StreamAppend append)
    {
        _events.AddRange(append.Events);
        var seq = append.ExpectedHead;
        foreach (var run in append.Runs)
        {
            _clients[run.Client] = run.After;
            if (!_seqs.TryGetValue(run.Client, out var seqs)) _seqs.Add(run.Client, seqs = []);
            for (var i = 0; i < run.Count; i++) seqs.Add(seq = seq.Next);
        }
        foreach (var (collection, field) in append.NewNames)
        {
            if (!_named.TryGetValue(collection, out var fields)) _named.Add(collection, fields = []);
            if (field is { } name) fields.Add(name);
        }
        Header = Header with { Head = seq, Settings = append.Header?.Settings ?? Header.Settings };
        return append;
    }

    /// <summary>Asserts that <paramref name="store"/> holds exactly this: state, events, and every client's numbers.</summary>
    public async Task AssertHeldByAsync(IStreamStore store, CancellationToken cancellationToken = default)
    {
        var state = await store.LoadAsync(Name, cancellationToken);
        Assert.NotNull(state);
        Assert.Equal(Header, state.Header);
        Assert.Equal(_clients, state.Clients);
        Assert.Equal(_named.OrderBy(pair => pair.Key).Select(Spell), state.Named.OrderBy(pair => pair.Key).Select(Spell));

        AssertSame(_events, await ReadAllAsync(store, Name, Seq.None, cancellationToken));
        foreach (var (client, seqs) in _seqs)
        {
            Assert.Equal(seqs, await store.FindAsync(Name, client, 1, int.MaxValue, cancellationToken));
        }
    }

    /// <summary>Reads to the head, asserting that blocks are gapless, not empty, and of one stream.</summary>
    public static async Task<IReadOnlyList<EncodedEvent>> ReadAllAsync(
        IStreamStore store, StreamName stream, Seq after, CancellationToken cancellationToken = default)
    {
        var events = new List<EncodedEvent>();
        string? id = null;
        await foreach (var block in store.ReadAsync(stream, after, cancellationToken))
        {
            Assert.NotEmpty(block.Events);
            Assert.Equal(id ??= block.StreamId, block.StreamId);
            foreach (var stored in block.Events)
            {
                Assert.Equal(after + events.Count + 1, stored.Seq);
                events.Add(stored);
            }
        }
        return events;
    }

    /// <summary>Asserts that both are the same events, byte for byte.</summary>
    public static void AssertSame(IReadOnlyList<EncodedEvent> expected, IReadOnlyList<EncodedEvent> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Seq, actual[i].Seq);
            Assert.True(expected[i].Json.Span.SequenceEqual(actual[i].Json.Span), $"The event at seq {expected[i].Seq} is not what was appended.");
        }
    }

    private static string Spell(KeyValuePair<CollectionName, HashSet<FieldName>> named) => $"{named.Key}: {string.Join(' ', named.Value.Order())}";

    // Every event says something that no other says, so that a test cannot mistake one for another.
    private EncodedEvent Encode(Seq seq, ClientId client, long clientSeq, int padding)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{client} {clientSeq} of {Id} {new string('x', padding)}");
        var fields = EventFields.Create([new FieldChange(Title, Delta.Set(CanonicalJson.FromString(title)))]);
        var key = new ObjectKey(Tasks, ObjectId.Parse($"{client}-{clientSeq}"));
        var buffer = new ArrayBufferWriter<byte>();
        EventCodec.Write(buffer, new StreamEvent(seq, client, Start, new Event(clientSeq, Head, EventOp.Insert, key, fields)));
        return new EncodedEvent(seq, buffer.WrittenMemory.ToArray());
    }
}

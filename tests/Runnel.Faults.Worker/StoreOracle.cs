using System.Text;
using Runnel.Server.Stores;

namespace Runnel.Faults.Worker;

/// <summary>
/// What a store of streams has to hold, in texts: the events that were acknowledged, and those of a group if nobody knows what
/// became of it. Shares nothing with the store.
/// </summary>
public sealed class StoreOracle
{
    private readonly Dictionary<string, HeldStream> _held = [];
    private List<IReadOnlyList<StoreChange>> _unknown = [];

    /// <summary>How many events were acknowledged.</summary>
    public int Count => _held.Values.Sum(stream => stream.Events.Count);

    /// <summary>The head of each stream.</summary>
    public IReadOnlyDictionary<string, int> Heads => _held.ToDictionary(pair => pair.Key, pair => pair.Value.Events.Count);

    public StoreOracle Copy()
    {
        var copy = new StoreOracle { _unknown = [.. _unknown] };
        foreach (var (name, stream) in _held) copy._held.Add(name, stream.Copy());
        return copy;
    }

    /// <summary>What a store must show that is still open: a group that failed is not to be seen.</summary>
    public StoreOracle WithoutUnknown()
    {
        var copy = Copy();
        copy._unknown = [];
        return copy;
    }

    public int CountOf(string stream) => _held.TryGetValue(stream, out var held) ? held.Events.Count : 0;

    public bool Holds(string stream) => _held.ContainsKey(stream);

    /// <summary>From now on the group may be there, and may not; so may one that failed before it, but not both.</summary>
    public void Try(IReadOnlyList<StoreChange> group) => _unknown.Add(group);

    /// <summary>The group of the last try is there.</summary>
    public void Acknowledge()
    {
        Take(_held, _unknown[^1]);
        _unknown = [];
    }

    /// <summary>Somebody has seen these heads: what became of the last group is known.</summary>
    public void Settle(IReadOnlyDictionary<string, int> heads)
    {
        if (heads.Count != _held.Count || heads.Any(head => CountOf(head.Key) != head.Value)) Acknowledge();
        _unknown = [];
    }

    /// <summary>Looks into a store; says what is wrong, and remembers what of the last group was found.</summary>
    public async Task<string?> FindFaultAsync(IStreamStore store)
    {
        if (await CompareAsync(store, _held) is not { } fault)
        {
            _unknown = [];
            return null;
        }
        foreach (var group in _unknown)
        {
            var other = Copy()._held;
            Take(other, group);
            if (await CompareAsync(store, other) is { } otherFault)
            {
                fault += $" With a group that failed: {otherFault}";
                continue;
            }
            Take(_held, group);
            _unknown = [];
            return null;
        }
        return fault;
    }

    private static void Take(Dictionary<string, HeldStream> held, IReadOnlyList<StoreChange> group)
    {
        foreach (var (stream, events) in group)
        {
            if (events is null)
            {
                held.Remove(stream);
                continue;
            }
            if (!held.TryGetValue(stream, out var known)) held.Add(stream, known = new HeldStream());
            foreach (var json in events) known.Add(json);
        }
    }

    private static async Task<string?> CompareAsync(IStreamStore store, Dictionary<string, HeldStream> held)
    {
        var headers = await store.ListAsync("", "", int.MaxValue, default);
        var there = string.Join(' ', headers.Select(header => $"{header.Name}={header.Head}"));
        var expected = string.Join(' ', held.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Events.Count}"));
        if (there != expected) return $"There is '{there}', expected '{expected}'.";
        foreach (var (name, expectedStream) in held)
        {
            var (stream, events) = (StreamName.Parse(name), expectedStream.Events);
            var at = 0;
            await foreach (var block in store.ReadAsync(stream, Seq.None, default))
            {
                foreach (var stored in block.Events)
                {
                    if (at == events.Count) return $"{name} has more events than its head says.";
                    if (stored.Seq.Value != at + 1 || !stored.Json.Span.SequenceEqual(events[at])) return $"{name}@{at + 1} is {Encoding.UTF8.GetString(stored.Json.Span)}, expected {Encoding.UTF8.GetString(events[at])}.";
                    at++;
                }
            }
            if (at != events.Count) return $"{name} can be read to {at} of {events.Count}.";
            // Whoever sends an event again must be told that it is there.
            var state = await store.LoadAsync(stream, default);
            foreach (var (author, count) in expectedStream.Authors)
            {
                var known = state!.Clients[ClientId.Parse(author)].LastClientSeq;
                if (known != count) return $"{name} knows {known} events of {author}, and there are {count}.";
            }
        }
        return null;
    }

    private sealed class HeldStream
    {
        public List<byte[]> Events { get; private init; } = [];

        public Dictionary<string, int> Authors { get; private init; } = [];

        public HeldStream Copy() => new() { Events = [.. Events], Authors = new Dictionary<string, int>(Authors) };

        public void Add(string json)
        {
            Events.Add(Encoding.UTF8.GetBytes(json));
            var author = StoreAuthor.AuthorOf(json);
            Authors[author] = Authors.GetValueOrDefault(author) + 1;
        }
    }
}

/// <summary>What a group does to a stream: the events that it appends, or <c>null</c> if it removes the stream.</summary>
public sealed record StoreChange(string Stream, IReadOnlyList<string>? Events);

namespace Runnel.Testing.Stores;

/// <summary>Groups of appends drawn from a seed, some of them stale, with the results that a store must give.</summary>
internal sealed class RandomHistory(int seed)
{
    private static readonly string[] Clients = ["ada", "bob", "cyd", "dan"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, SampleStream> _streams = [];
    private readonly Dictionary<string, int> _incarnations = [];
    private readonly List<Action> _effects = [];

    public (IReadOnlyList<StreamAppend> Group, IReadOnlyList<AppendResult> Results) NextGroup()
    {
        _effects.Clear();
        var group = new List<StreamAppend>();
        var results = new List<AppendResult>();
        var names = Enumerable.Range(0, 8).Select(i => $"stream-{i}").ToArray();
        _random.Shuffle(names);
        foreach (var name in names.Take(_random.Next(1, 6)))
        {
            var (append, result) = _streams.TryGetValue(name, out var stream) ? Write(name, stream) : Create(name);
            group.Add(append);
            results.Add(result);
        }
        return (group, results);
    }

    /// <summary>Takes the last group as acknowledged.</summary>
    public void Take() => _effects.ForEach(effect => effect());

    public async Task AssertHeldByAsync(IStreamStore store, string where, CancellationToken cancellationToken)
    {
        var listed = await store.ListAsync("", "", int.MaxValue, cancellationToken);
        var expected = _streams.Values.Select(stream => stream.Header).OrderBy(header => header.Name).ToArray();
        Assert.True(expected.SequenceEqual(listed), $"The streams are not as they should be: {where}.");
        foreach (var stream in _streams.Values) await stream.AssertHeldByAsync(store, cancellationToken);
    }

    private (StreamAppend, AppendResult) Create(string name)
    {
        var stream = new SampleStream(name, _incarnations.GetValueOrDefault(name) + 1);
        if (_random.Next(8) == 0) return (stream.Append(1), new AppendResult.StaleHead(Seq.None, Seq.None));
        var append = stream.Create(_random.Next(3));
        _effects.Add(() =>
        {
            _incarnations[name] = _incarnations.GetValueOrDefault(name) + 1;
            _streams[name] = stream;
            stream.Take(append);
        });
        return (append, new AppendResult.Appended(append.ExpectedHead + append.Events.Count));
    }

    private (StreamAppend, AppendResult) Write(string name, SampleStream stream)
    {
        switch (_random.Next(12))
        {
            case 0:
                _effects.Add(() => _streams.Remove(name));
                return (stream.Delete(), new AppendResult.Appended(Seq.None));
            case 1:
                var stale = new Seq(stream.Head.Value + _random.Next(1, 3));
                return (stream.Append(0) with { ExpectedHead = stale }, new AppendResult.StaleHead(stale, stream.Head));
            case 2:
                return Taking(stream, stream.RaiseSession(Clients[_random.Next(Clients.Length)], _random.Next(1, 100)));
            default:
                var authors = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => (Clients[_random.Next(Clients.Length)], _random.Next(0, 6))).ToArray();
                return Taking(stream, stream.Append(authors, _random.Next(300), _random.Next(5), _random.Next(3) == 0 ? null : $"nonce {_random.Next()}"));
        }
    }

    private (StreamAppend, AppendResult) Taking(SampleStream stream, StreamAppend append)
    {
        _effects.Add(() => stream.Take(append));
        return (append, new AppendResult.Appended(append.ExpectedHead + append.Events.Count));
    }
}

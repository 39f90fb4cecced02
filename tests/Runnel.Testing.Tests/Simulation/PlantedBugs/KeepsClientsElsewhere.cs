using Runnel.Server.Stores;

namespace Runnel.Testing.Tests.Simulation.PlantedBugs;

/// <summary>Deduplication outside the commit: what is known of clients is written on its own, with the next commit at the earliest.</summary>
internal sealed class KeepsClientsElsewhere : StoreDecorator
{
    private readonly SideFile _file;
    private readonly Dictionary<(StreamName, ClientId), Known> _known;

    public KeepsClientsElsewhere(IStreamStore inner, SideFile file) : base(inner)
    {
        _file = file;
        _known = new Dictionary<(StreamName, ClientId), Known>(file.Saved);
    }

    public override async ValueTask<IReadOnlyList<AppendResult>> CommitAsync(IReadOnlyList<StreamAppend> group, CancellationToken cancellationToken)
    {
        _file.Saved = new Dictionary<(StreamName, ClientId), Known>(_known);
        var results = await base.CommitAsync(group, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < group.Count; i++)
        {
            if (results[i] is AppendResult.Appended) Learn(group[i]);
        }
        return results;
    }

    public override async ValueTask<StreamState?> LoadAsync(StreamName stream, CancellationToken cancellationToken)
    {
        var state = await base.LoadAsync(stream, cancellationToken);
        return state is null ? null : state with { Clients = _known.Where(known => known.Key.Item1 == stream).ToDictionary(known => known.Key.Item2, known => known.Value.State) };
    }

    public override ValueTask<IReadOnlyList<Seq>> FindAsync(StreamName stream, ClientId client, long firstClientSeq, int count, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Seq>>(
            _known.TryGetValue((stream, client), out var known) ? [.. known.Seqs.Skip((int)firstClientSeq - 1).Take(count)] : []);

    private void Learn(StreamAppend append)
    {
        var seq = append.ExpectedHead;
        foreach (var run in append.Runs)
        {
            var seqs = _known.TryGetValue((append.Stream, run.Client), out var known) ? known.Seqs : [];
            _known[(append.Stream, run.Client)] = new Known(run.After, [.. seqs, .. Enumerable.Range(1, run.Count).Select(i => seq + i)]);
            seq += run.Count;
        }
    }

    /// <summary>What outlives the process.</summary>
    internal sealed class SideFile
    {
        public Dictionary<(StreamName, ClientId), Known> Saved { get; set; } = [];
    }

    internal sealed record Known(ClientState State, IReadOnlyList<Seq> Seqs);
}

using Runnel.Server.Stores;

namespace Runnel.Server.Sqlite.Journal;

/// <summary>What is known of one client in one stream: its state, and where its events are.</summary>
internal sealed class ClientIndex(ClientId client)
{
    private readonly GrowingList<RunBeginning> _runs = new();

    /// <summary>The client.</summary>
    public ClientId Client { get; } = client;

    /// <summary>What a home needs to know of it.</summary>
    public ClientState State { get; private set; } = ClientState.New;

    /// <summary>Takes a run whose first event is at <paramref name="firstSeq"/>.</summary>
    public void Take(EntryRun run, long firstSeq)
    {
        State = run.After;
        if (run.Count == 0) return;
        var goesOn = _runs.Count > 0 && _runs[_runs.Count - 1].SeqOf(run.FirstClientSeq) == firstSeq;
        if (!goesOn) _runs.Add(new RunBeginning(run.FirstClientSeq, firstSeq));
    }

    /// <summary>The seqs of <paramref name="count"/> events at most, from that numbered <paramref name="firstClientSeq"/> on.</summary>
    public Seq[] Find(long firstClientSeq, int count)
    {
        if (firstClientSeq < 1 || firstClientSeq > State.LastClientSeq || count <= 0) return [];
        var seqs = new Seq[Math.Min(count, State.LastClientSeq - firstClientSeq + 1)];
        var run = _runs.FindLast(firstClientSeq);
        for (var i = 0; i < seqs.Length; i++)
        {
            var clientSeq = firstClientSeq + i;
            if (run + 1 < _runs.Count && _runs[run + 1].FirstClientSeq == clientSeq) run++;
            seqs[i] = new Seq(_runs[run].SeqOf(clientSeq));
        }
        return seqs;
    }

    private readonly record struct RunBeginning(long FirstClientSeq, long FirstSeq) : IBeginning
    {
        public long Begin => FirstClientSeq;

        public long SeqOf(long clientSeq) => FirstSeq + (clientSeq - FirstClientSeq);
    }
}

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>One stream as the disk holds it, kept and judged in the plainest way.</summary>
internal sealed class StreamHistory(SimulationContext context, string stream, IReadOnlyDictionary<string, Edit> edits)
{
    private readonly List<ObservedEvent> _events = [];
    private readonly Dictionary<string, ObservedEvent> _latest = [];

    /// <summary>How many events are durable.</summary>
    public int Count => _events.Count;

    /// <summary>The durable event numbered <paramref name="seq"/>.</summary>
    public ObservedEvent this[long seq] => _events[(int)seq - 1];

    /// <summary>The highest durable number of <paramref name="client"/>; 0 if none.</summary>
    public long LastClientSeq(string client) => _latest.TryGetValue(client, out var latest) ? latest.ClientSeq : 0;

    /// <summary>The id of the event that <paramref name="client"/> has numbered <paramref name="clientSeq"/>.</summary>
    public string IdOf(string client, long clientSeq) => _events.FindLast(observed => observed.Client == client && observed.ClientSeq == clientSeq).Id;

    /// <summary>Takes what one commit has added.</summary>
    public void Take(IReadOnlyList<ObservedEvent> added)
    {
        foreach (var observed in added) Take(observed);
        JudgeBatches(added);
    }

    private void Take(ObservedEvent observed)
    {
        if (observed.Seq <= Count) context.Break(Promise.NeverReused, $"{stream} {observed.Seq} is {this[observed.Seq]}, and then {observed}");
        else if (observed.Seq != Count + 1) context.Break(Promise.Gapless, $"{stream} {Count} is followed by {observed}");

        if (!edits.TryGetValue(observed.Id, out var edit)) context.Break(Promise.NothingInvented, $"nobody has sent {observed} to {stream}");
        else Judge(observed, edit);
        _events.Add(observed);
        _latest[observed.Client] = observed;
    }

    private void Judge(ObservedEvent observed, Edit edit)
    {
        if (edit.Batches.Any(batch => batch.Wrong.Count > 0)) context.Break(Promise.WrongIsRefused, $"{stream} holds {observed}, which is wrong: {string.Join(" or ", edit.Batches[0].Wrong)}");
        if (edit.Seqs.Count > 0) JudgeAgain(observed, edit);
        edit.Seqs.Add(observed.Seq);

        var asSent = observed with { Seq = 0, ClientSeq = edit.ClientSeq ?? observed.ClientSeq, PrecedingSeq = edit.PrecedingSeq ?? observed.PrecedingSeq };
        if (edit.Stream != stream || asSent != new ObservedEvent(0, edit.Client, asSent.ClientSeq, asSent.PrecedingSeq, edit.Op, Edit.Collection, edit.Id, edit.Fields)
            || asSent.ClientSeq != observed.ClientSeq || asSent.PrecedingSeq != observed.PrecedingSeq)
        {
            context.Break(Promise.NothingInvented, $"{stream} holds {observed}, sent as {edit}");
        }

        var latest = _latest.GetValueOrDefault(observed.Client);
        if (observed.ClientSeq != latest.ClientSeq + 1) context.Break(Promise.AuthorsOrder, $"clientSeq {latest.ClientSeq} is followed by {observed} in {stream}");
        if (observed.PrecedingSeq < latest.PrecedingSeq || observed.PrecedingSeq >= observed.Seq)
        {
            context.Break(Promise.AuthorsOrder, $"precedingSeq {latest.PrecedingSeq} is followed by {observed} in {stream}");
        }
    }

    private void JudgeAgain(ObservedEvent observed, Edit edit)
    {
        var sent = edit.Batches[0];
        if (sent.IsByHand && edit.Seqs.Count < sent.Arrivals) context.Reach(Landmark.HandStoredTwice);
        else context.Break(Promise.ExactlyOnce, $"{stream} holds {edit.Id} at {string.Join(", ", edit.Seqs)} and, as {observed}, again");
    }

    /// <summary>Looks for the batch that explains each run of what was added: its end is there, and what is missing of its beginning was there before.</summary>
    private void JudgeBatches(IReadOnlyList<ObservedEvent> added)
    {
        for (var at = 0; at < added.Count && context.Broken is null;)
        {
            var run = edits[added[at].Id].Batches.Select(batch => LengthOfRun(batch, added, at)).DefaultIfEmpty().Max();
            if (run == 0)
            {
                context.Break(Promise.AtomicBatches, $"no batch explains {added[at]} in {stream} with what stands around it");
                return;
            }
            at += run;
        }
    }

    private static int LengthOfRun(SentBatch batch, IReadOnlyList<ObservedEvent> added, int at)
    {
        var first = batch.Edits.TakeWhile(edit => edit.Id != added[at].Id).Count();
        var length = batch.Edits.Count - first;
        for (var i = 0; i < length; i++)
        {
            if (at + i >= added.Count || added[at + i].Id != batch.Edits[first + i].Id) return 0;
        }
        return length;
    }
}

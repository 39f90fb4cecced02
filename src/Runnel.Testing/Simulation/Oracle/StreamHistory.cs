namespace Runnel.Testing.Simulation.Oracle;

/// <summary>One stream, from its creation to its end, as the disk holds it, kept and judged in the plainest way.</summary>
internal sealed class StreamHistory(SimulationContext context, string stream, string id, KnownEdits edits)
{
    private readonly Dictionary<string, List<Deed>> _deeds = [];
    private readonly List<ObservedEvent> _events = [];
    private readonly Dictionary<string, ObservedEvent> _latest = [];

    /// <summary>The stream's id.</summary>
    public string Id => id;

    /// <summary>How its objects merge.</summary>
    public MergeRules Rules { get; set; } = MergeRules.Read("{}");

    /// <summary>Whether the server has said that the stream is there; until then its creation may count as failed.</summary>
    public bool IsTold { get; set; }

    /// <summary>Whether the stream was deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>How many events are durable.</summary>
    public int Count => _events.Count;

    /// <summary>The durable event numbered <paramref name="seq"/>.</summary>
    public ObservedEvent this[long seq] => _events[(int)seq - 1];

    /// <summary>The highest durable number of <paramref name="client"/>; 0 if none.</summary>
    public long LastClientSeq(string client) => _latest.TryGetValue(client, out var latest) ? latest.ClientSeq : 0;

    /// <summary>The edit that <paramref name="client"/> has numbered <paramref name="clientSeq"/>.</summary>
    public Edit? EditOf(string client, long clientSeq) => edits.Find(stream, _events.FindLast(observed => observed.Client == client && observed.ClientSeq == clientSeq));

    /// <summary>The objects that events have named.</summary>
    public IReadOnlyCollection<string> Keys => _deeds.Keys;

    /// <summary>What was done to an object, up to <paramref name="head"/>.</summary>
    public IReadOnlyList<Deed> DeedsOf(string key, long head) =>
        !_deeds.TryGetValue(key, out var deeds) ? [] : deeds[^1].Seq <= head ? deeds : [.. deeds.TakeWhile(deed => deed.Seq <= head)];

    /// <summary>The durable session of each client; 0 if none is known.</summary>
    public Dictionary<string, long> Sessions { get; } = [];

    /// <summary>Takes what one commit has added.</summary>
    public void Take(IReadOnlyList<ObservedEvent> added)
    {
        if (IsDeleted) context.Break(Promise.DeletedIsGone, $"{stream} {id} was deleted, and gets {added[0]}");
        foreach (var observed in added) Take(observed);
        JudgeBatches(added);
    }

    private void Take(ObservedEvent observed)
    {
        if (observed.Seq <= Count) context.Break(Promise.NeverReused, $"{stream} {observed.Seq} is {this[observed.Seq]}, and then {observed}");
        else if (observed.Seq != Count + 1) context.Break(Promise.Gapless, $"{stream} {Count} is followed by {observed}");

        if (edits.Find(stream, observed) is not { } edit) context.Break(Promise.NothingInvented, $"nobody has sent {observed} to {stream}");
        else Judge(observed, edit);
        _events.Add(observed);
        var deed = Deed.Of(observed);
        if (edits.FindTwin(deed) is { } twin && !IsMadeAnew(twin, deed)) context.Break(Promise.ExactlyOnce, $"{stream} holds what {twin} says a second time, as {deed}");
        var key = $"{observed.Collection}/{observed.Id}";
        if (!_deeds.TryGetValue(key, out var deeds)) _deeds.Add(key, deeds = []);
        deeds.Add(deed);
        _latest[observed.Client] = observed;
    }

    /// <summary>
    /// Whether an edit stands there a second time because a copy of its device coalesced it with others than the device itself had: that
    /// cannot be recognized, and docs/guarantees.md says so.
    /// </summary>
    private static bool IsMadeAnew(Deed first, Deed second) =>
        first.Client != second.Client && (first.Op, first.PrecedingSeq, VisibleObject.ToJson(first.Changes.ToDictionary(change => change.Key, change => change.Value.Wire)))
            != (second.Op, second.PrecedingSeq, VisibleObject.ToJson(second.Changes.ToDictionary(change => change.Key, change => change.Value.Wire)));

    private void Judge(ObservedEvent observed, Edit edit)
    {
        if (edit.Batches.Any(batch => batch.Wrong.Count > 0)) context.Break(Promise.WrongIsRefused, $"{stream} holds {observed}, which is wrong: {string.Join(" or ", edit.Batches[0].Wrong)}");
        if (edit.Seqs.Count > 0) JudgeAgain(observed, edit);
        if (edit.FieldsSent is not null) context.Reach(Landmark.DeviceEditStored);
        edit.Seqs.Add(observed.Seq);

        var asSent = observed with { Seq = 0, ClientSeq = edit.ClientSeq ?? observed.ClientSeq, PrecedingSeq = edit.PrecedingSeq ?? observed.PrecedingSeq };
        if (edit.Stream != stream || asSent != edit.AsSent with { ClientSeq = asSent.ClientSeq, PrecedingSeq = asSent.PrecedingSeq }
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
            var run = edits.Find(stream, added[at])!.Batches.Select(batch => LengthOfRun(batch, added, at)).DefaultIfEmpty().Max();
            if (run == 0)
            {
                context.Break(Promise.AtomicBatches, $"no batch explains {added[at]} in {stream} with what stands around it");
                return;
            }
            at += run;
        }
    }

    private int LengthOfRun(SentBatch batch, IReadOnlyList<ObservedEvent> added, int at)
    {
        var edit = edits.Find(stream, added[at]);
        var first = batch.Edits.TakeWhile(sent => !sent.Equals(edit)).Count();
        var length = batch.Edits.Count - first;
        for (var i = 0; i < length; i++)
        {
            if (at + i >= added.Count || !batch.Edits[first + i].Equals(edits.Find(stream, added[at + i]))) return 0;
        }
        return length;
    }
}

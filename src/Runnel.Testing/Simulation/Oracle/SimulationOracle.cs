using Runnel.Testing.Stores;

namespace Runnel.Testing.Simulation.Oracle;

/// <summary>
/// Holds everything that was sent, lies on the disk, was answered and was shown, and says which promise is broken. It reads bytes
/// for itself and shares no rule with the product.
/// </summary>
internal sealed class SimulationOracle(SimulationContext context, SimulatedDisk disk)
{
    // Answers that say nothing about the batch: it may be sent again.
    private static readonly HashSet<string> Retryable = ["overloaded", "storage_full", "internal"];

    private readonly Dictionary<string, Edit> _edits = [];
    private readonly Dictionary<(string Client, long Ref), SentBatch> _sent = [];
    private readonly Dictionary<string, StreamHistory> _histories = [];
    private readonly Dictionary<string, string> _ids = [];
    private readonly Dictionary<string, long> _sessions = [];
    private readonly Dictionary<(string Stream, string Client), long> _acknowledged = [];
    private int _commits;

    /// <summary>How many events were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The durable events of <paramref name="stream"/>.</summary>
    public StreamHistory HistoryOf(string stream)
    {
        if (!_histories.TryGetValue(stream, out var history)) _histories.Add(stream, history = new StreamHistory(context, stream, _edits));
        return history;
    }

    /// <summary>A client has begun a session.</summary>
    public void SessionBegins(string client, long session) => _sessions[client] = session;

    /// <summary>A batch is about to be sent.</summary>
    public void Sends(SentBatch batch)
    {
        _sent.Add((batch.Client, batch.Ref), batch);
        foreach (var edit in batch.Edits)
        {
            _edits[edit.Id] = edit;
            edit.Batches.Add(batch);
        }
    }

    /// <summary>A batch has arrived at the server.</summary>
    public void Arrives(SentBatch batch)
    {
        if (batch.Arrivals++ == 0) batch.AcknowledgedAtArrival = _acknowledged.GetValueOrDefault((batch.Stream, batch.Client));
    }

    /// <summary>Takes what was committed since the last look.</summary>
    public void LookAtDisk()
    {
        for (; _commits < disk.SyncedCommits.Count; _commits++)
        {
            foreach (var append in disk.SyncedCommits[_commits])
            {
                if (append.Events.Count == 0) continue;
                HistoryOf(append.Stream.Value).Take([.. append.Events.Select(encoded => ObservedEvent.Read(encoded.Json))]);
            }
        }
    }

    /// <summary>The server sends a frame: from now on what it says must be true.</summary>
    public void ServerSays(string client, ReadOnlyMemory<byte> frame)
    {
        LookAtDisk();
        var said = SaidByServer.Read(frame.Span);
        switch (said.Type)
        {
            case "published": Acknowledge(_sent[(client, said.Ref!.Value)], said.Seqs); break;
            case "error" when said.Ref is { } reference: Refuse(_sent[(client, reference)], said.Code, said.Message); break;
            case "error": NoteRefusal(said.Code); break;
            case "events": Show(client, said); break;
            case "subscribed": Resume(client, said); break;
        }
    }

    /// <summary>A reader takes an event into its memory, right behind those before it.</summary>
    public void ReaderTakes(string reader, string stream, ObservedEvent seen)
    {
        var history = HistoryOf(stream);
        if (seen.Seq > history.Count) context.Break(Promise.ReadersSeeDurableOnly, $"{reader} sees {seen} of {stream}, of which {history.Count} are durable");
        else if (seen != history[seen.Seq]) context.Break(Promise.NothingInvented, $"{reader} sees {seen} of {stream}, where {history[seen.Seq]} is stored");
    }

    /// <summary>Everything has come to rest: nothing may be left over.</summary>
    public void Finish()
    {
        foreach (var edit in _edits.Values)
        {
            if (edit.ClientSeq is null || edit.Batches[0].Wrong.Count > 0) continue;
            if (!edit.IsAcknowledged) context.Break(Promise.Live, $"{edit} was never acknowledged; it is {(edit.Seqs.Count > 0 ? "stored" : "not stored")}");
        }
    }

    private void Acknowledge(SentBatch batch, IReadOnlyList<long> seqs)
    {
        if (batch.Wrong.Count > 0) context.Break(Promise.WrongIsRefused, $"{Describe(batch)} is acknowledged, not refused with {string.Join(" or ", batch.Wrong)}");
        if (seqs.Count != batch.Edits.Count) context.Break(Promise.ExactlyOnce, $"{Describe(batch)} is answered with {seqs.Count} seqs");
        if (context.Broken is not null) return;
        for (var i = 0; i < seqs.Count; i++)
        {
            var edit = batch.Edits[i];
            if (edit.Seqs.Count == 0) context.Break(Promise.AcknowledgedIsDurable, $"{edit} is acknowledged as {seqs[i]} of {batch.Stream}, and not on the disk");
            else if (!edit.Seqs.Contains(seqs[i])) context.Break(Promise.ExactlyOnce, $"{edit} is acknowledged as {seqs[i]} of {batch.Stream}, and stored as {string.Join(", ", edit.Seqs)}");
            if (!edit.IsAcknowledged) Acknowledged++;
            edit.IsAcknowledged = true;
        }
        if (batch.Edits.Count > 1) context.Reach(Landmark.BatchAcknowledged);
        if (batch.IsByHand) context.Reach(Landmark.HandAcknowledged);
        else _acknowledged[(batch.Stream, batch.Client)] = Math.Max(_acknowledged.GetValueOrDefault((batch.Stream, batch.Client)), batch.Edits[^1].ClientSeq!.Value);
    }

    private void Refuse(SentBatch batch, string code, string message)
    {
        NoteRefusal(code);
        context.Trace.Note($"{Describe(batch)} is refused: {code}, {message}");
        if (Retryable.Contains(code)) return;
        if (code == "stale_session" && batch.Session < _sessions.GetValueOrDefault(batch.Client)) return;
        if (batch.Wrong.Count > 0)
        {
            if (!batch.Wrong.Contains(code)) context.Break(Promise.WrongIsRefused, $"{Describe(batch)} is refused with {code}, not {string.Join(" or ", batch.Wrong)}: {message}");
            return;
        }
        // Batches overtake each other, so a gap is deserved unless all before it was acknowledged when it arrived.
        if (code == "client_seq_gap" && batch.Edits[0].ClientSeq > batch.AcknowledgedAtArrival + 1) return;
        context.Break(Promise.RightIsAccepted, $"{Describe(batch)} is refused: {code}, {message}");
    }

    private void Show(string client, SaidByServer said)
    {
        var durable = HistoryOf(said.Stream).Count;
        if (said.To > durable) context.Break(Promise.ReadersSeeDurableOnly, $"{client} is shown {said.Stream} up to {said.To}, of which {durable} are durable");
    }

    private void Resume(string client, SaidByServer said)
    {
        if (_ids.TryAdd(said.Stream, said.Id) is false && _ids[said.Stream] != said.Id) context.Break(Promise.ResumesTruly, $"{said.Stream} is {said.Id}, and was {_ids[said.Stream]}");

        var history = HistoryOf(said.Stream);
        if (said.Head > history.Count) context.Break(Promise.ReadersSeeDurableOnly, $"{client} is told that the head of {said.Stream} is {said.Head}, of which {history.Count} are durable");

        var acknowledged = _acknowledged.GetValueOrDefault((said.Stream, client));
        var durable = history.LastClientSeq(client);
        if (said.LastClientSeq < acknowledged || said.LastClientSeq > durable)
        {
            context.Break(Promise.ResumesTruly, $"{client} is told that its last number in {said.Stream} is {said.LastClientSeq}; {acknowledged} was acknowledged and {durable} is durable");
        }
        else if (said.LastClientSeq > 0 && !IsNonceOf(history.IdOf(client, said.LastClientSeq), said.Nonce))
        {
            context.Break(Promise.ResumesTruly, $"{client} is told the nonce {said.Nonce} of its number {said.LastClientSeq} in {said.Stream}");
        }
    }

    private bool IsNonceOf(string id, string? nonce) => _edits[id].Batches.Any(batch => batch.Nonce == nonce && batch.Edits[^1].Id == id);

    private void NoteRefusal(string code)
    {
        Landmark? landmark = code switch
        {
            "overloaded" => Landmark.RefusedOverloaded,
            "storage_full" => Landmark.RefusedStorageFull,
            "internal" => Landmark.RefusedInternal,
            "client_seq_gap" => Landmark.RefusedGap,
            "client_seq_conflict" => Landmark.RefusedConflict,
            "future_preceding_seq" => Landmark.RefusedFuture,
            "preceding_seq_regressed" => Landmark.RefusedRegressed,
            "stale_session" => Landmark.RefusedStaleSession,
            "invalid_event" => Landmark.RefusedInvalidEvent,
            "too_large" => Landmark.RefusedTooLarge,
            _ => null,
        };
        if (landmark is { } reached) context.Reach(reached);
    }

    private static string Describe(SentBatch batch) =>
        $"batch {batch.Ref} of {batch.Client} to {batch.Stream} ({batch.Edits.Count} from clientSeq {batch.Edits[0].ClientSeq?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"})";
}

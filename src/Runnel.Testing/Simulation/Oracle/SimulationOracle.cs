using Runnel.Testing.Simulation.Network;
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

    private readonly KnownEdits _edits = new();
    private readonly Dictionary<(int Connection, string Stream, long Ref), SentBatch> _sent = [];
    private readonly Dictionary<string, List<StreamHistory>> _histories = [];
    private readonly Dictionary<string, long> _sessions = [];
    private readonly Dictionary<(string Stream, string Client), long> _acknowledged = [];
    private int _commits, _deletions, _deletionsAnswered;

    // What a guard may answer a device, which must cope with it.
    private static readonly HashSet<string> Guarded = ["unauthorized", "forbidden", "too_large", "invalid_event", "rate_limited"];

    /// <summary>How many events were acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>What was sent, and what users have written.</summary>
    public KnownEdits Edits => _edits;

    /// <summary>Where users have put what they moved.</summary>
    public KnownPlaces Places { get; } = new();

    /// <summary>Whether stores of devices were copied: then two go on under one id, until they find out.</summary>
    public bool HasCopies { get; set; }

    /// <summary>The stream that has this name now; <c>null</c> if none has.</summary>
    public StreamHistory? Find(string stream) => _histories.TryGetValue(stream, out var lives) && !lives[^1].IsDeleted ? lives[^1] : null;

    /// <summary>Whether a stream of this name was deleted.</summary>
    public bool WasDeleted(string stream) => Lives(stream).Exists(life => life.IsDeleted);

    /// <summary>
    /// Whether something of the client's is stored that a guard has refused for good: as long as a server's store has failed, nobody knows what it holds, and
    /// a guard may refuse what it will be found to hold.
    /// </summary>
    public bool HoldsWhatWasRefused(string client) => _edits.All.Any(edit => edit.Client == client && edit.Seqs.Count > 0 && edit.Batches.Exists(batch => batch.IsForbidden));

    /// <summary>A client has begun a session.</summary>
    public void SessionBegins(string client, long session) => _sessions[client] = Math.Max(session, _sessions.GetValueOrDefault(client));

    /// <summary>A batch is about to be sent.</summary>
    public void Sends(SentBatch batch)
    {
        _sent.Add((batch.Connection, batch.Stream, batch.Ref), batch);
        foreach (var edit in batch.Edits) _edits.Sends(edit).Batches.Add(batch);
    }

    /// <summary>A batch has arrived at the server.</summary>
    public void Arrives(SentBatch batch)
    {
        if (batch.Arrivals++ == 0) batch.AcknowledgedAtArrival = _acknowledged.GetValueOrDefault((batch.Stream, batch.Client));
    }

    /// <summary>The server has answered that a stream is deleted.</summary>
    public void DeletionAnswered(string stream)
    {
        LookAtDisk();
        if (++_deletionsAnswered > _deletions) context.Break(Promise.AcknowledgedIsDurable, $"the deletion of {stream} is acknowledged, and not on the disk");
    }

    /// <summary>Takes what was committed since the last look.</summary>
    public void LookAtDisk()
    {
        for (; _commits < disk.SyncedCommits.Count; _commits++)
        {
            foreach (var append in disk.SyncedCommits[_commits])
            {
                var history = Begin(append.Stream.Value, append.StreamId);
                if (append.Header is { } header) history.Rules = MergeRules.Read(header.Settings.Wire.ToString());
                foreach (var run in append.Runs) history.Sessions[run.Client.Value] = run.After.Session;
                if (append.IsDelete) End(history);
                else if (append.Events.Count > 0) history.Take([.. append.Events.Select(encoded => ObservedEvent.Read(encoded.Json))]);
            }
        }
    }

    /// <summary>The server sends a frame: from now on what it says must be true.</summary>
    public void ServerSays(SimulatedConnection connection, ReadOnlyMemory<byte> frame)
    {
        LookAtDisk();
        var said = SaidByServer.Read(frame.Span);
        var sent = said.Ref is { } reference ? _sent.GetValueOrDefault((connection.Number, said.Stream, reference)) : null;
        switch (said.Type)
        {
            case "published": Acknowledge(sent!, said.Seqs); break;
            case "error" when sent is not null: Refuse(sent, said.Code, said.Message); break;
            case "error": NoteRefusal(said.Code); break;
            case "events" or "fetched": Show(connection.Client, said); break;
            case "subscribed": Resume(connection.Client, said); break;
        }
    }

    /// <summary>A reader of the stream that is <paramref name="id"/> takes an event into its memory, right behind those before it.</summary>
    public void ReaderTakes(string reader, string stream, string id, ObservedEvent seen)
    {
        var history = Lives(stream).Find(life => life.Id == id);
        if (history is null || seen.Seq > history.Count) context.Break(Promise.ReadersSeeDurableOnly, $"{reader} sees {seen} of {stream} {id}, of which {history?.Count ?? 0} are durable");
        else if (seen != history[seen.Seq]) context.Break(Promise.NothingInvented, $"{reader} sees {seen} of {stream} {id}, where {history[seen.Seq]} is stored");
    }

    /// <summary>Everything has come to rest: nothing may be left over.</summary>
    public void Finish()
    {
        foreach (var edit in _edits.All)
        {
            if (edit.FieldsSent is not null || edit.ClientSeq is null || edit.Batches[0].Wrong.Count > 0) continue;
            if (!edit.IsAcknowledged) context.Break(Promise.Live, $"{edit} was never acknowledged; it is {(edit.Seqs.Count > 0 ? "stored" : "not stored")}");
        }
    }

    private void Acknowledge(SentBatch batch, IReadOnlyList<long> seqs)
    {
        if (batch.Wrong.Count > 0) context.Break(Promise.WrongIsRefused, $"{Describe(batch)} is acknowledged, not refused with {string.Join(" or ", batch.Wrong)}");
        if (seqs.Count != batch.Edits.Count) context.Break(Promise.ExactlyOnce, $"{Describe(batch)} is answered with {seqs.Count} seqs");
        if (Find(batch.Stream) is { } history) history.IsTold = true;
        JudgeSession(batch);
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

    /// <summary>An answer for good is given: lower sessions must be shut out for ever, unless there is no stream to remember it.</summary>
    private void JudgeSession(SentBatch batch)
    {
        if (Find(batch.Stream) is not { IsTold: true } history || history.Sessions.GetValueOrDefault(batch.Client) >= batch.Session) return;
        context.Break(Promise.SessionsAreDurable, $"{Describe(batch)} is answered for good in session {batch.Session}; durable is {history.Sessions.GetValueOrDefault(batch.Client)}");
    }

    private void Refuse(SentBatch batch, string code, string message)
    {
        NoteRefusal(code);
        context.Trace.Note($"{Describe(batch)} is refused: {code}, {message}");
        if (Retryable.Contains(code)) return;
        batch.IsForbidden |= Guarded.Contains(code);
        if (code == "stale_session" && batch.Session < _sessions.GetValueOrDefault(batch.Client)) return;
        if (batch.IsDevices && (HasCopies || Guarded.Contains(code))) return;
        JudgeSession(batch);
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
        // A stream may have been deleted since its frame was made.
        var durable = Lives(said.Stream).Select(life => life.Count).DefaultIfEmpty().Max();
        if (said.To > durable) context.Break(Promise.ReadersSeeDurableOnly, $"{client} is shown {said.Stream} up to {said.To}, of which {durable} are durable");
    }

    private void Resume(string client, SaidByServer said)
    {
        if (Lives(said.Stream).Find(life => life.Id == said.Id) is not { } history)
        {
            context.Break(Promise.ResumesTruly, $"{client} is told that {said.Stream} is {said.Id}, which is not on the disk");
            return;
        }
        history.IsTold = true;
        if (said.Head > history.Count) context.Break(Promise.ReadersSeeDurableOnly, $"{client} is told that the head of {said.Stream} is {said.Head}, of which {history.Count} are durable");

        var acknowledged = _acknowledged.GetValueOrDefault((said.Stream, client));
        var durable = history.LastClientSeq(client);
        if (said.LastClientSeq < acknowledged || said.LastClientSeq > durable)
        {
            context.Break(Promise.ResumesTruly, $"{client} is told that its last number in {said.Stream} is {said.LastClientSeq}; {acknowledged} was acknowledged and {durable} is durable");
        }
        else if (said.LastClientSeq > 0 && !IsNonceOf(history.EditOf(client, said.LastClientSeq), said.Nonce))
        {
            context.Break(Promise.ResumesTruly, $"{client} is told the nonce {said.Nonce} of its number {said.LastClientSeq} in {said.Stream}");
        }
    }

    private List<StreamHistory> Lives(string stream) => _histories.GetValueOrDefault(stream) ?? [];

    /// <summary>The history of a stream, which begins with it.</summary>
    private StreamHistory Begin(string stream, string id)
    {
        if (!_histories.TryGetValue(stream, out var lives)) _histories.Add(stream, lives = []);
        if (lives.Find(life => life.Id == id) is { } known) return known;
        if (lives.Count > 0)
        {
            context.Reach(Landmark.StreamMadeAnew);
            if (!lives[^1].IsDeleted) context.Break(Promise.DeletedIsGone, $"{stream} is {lives[^1].Id}, was not deleted, and is {id} as well");
        }
        lives.Add(new StreamHistory(context, stream, id, _edits));
        return lives[^1];
    }

    private void End(StreamHistory history)
    {
        context.Reach(Landmark.StreamDeleted);
        history.IsDeleted = true;
        _deletions++;
    }

    private static bool IsNonceOf(Edit? edit, string? nonce) => edit is not null && edit.Batches.Exists(batch => batch.Nonce == nonce && batch.Edits[^1].Equals(edit));

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

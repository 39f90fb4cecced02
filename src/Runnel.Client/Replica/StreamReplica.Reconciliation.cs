using Runnel.Client.LocalStore;
using Runnel.Records;
using Pending = Runnel.Client.Outbox.PendingEvent;

namespace Runnel.Client.Replica;

/// <summary>The side of the replica that takes the stream's events into the confirmed records.</summary>
internal sealed partial class StreamReplica
{
    // Ten pages of the server's. What comes beyond them while a gap is open is let go, and fetched once it is closed.
    private const int MaxBeyondGap = 10_000;

    private readonly SortedDictionary<Seq, StreamEvent> _beyondGap = [];
    private SeqSet _asked = new();
    private Seq _reached;

    private bool IsFetching => _asked.Count > 0 && _reached > Head;

    /// <summary>Takes the events of <paramref name="from"/> to <paramref name="to"/>; they may come again, and leave a gap before them.</summary>
    private void TakeEvents(Seq from, Seq to, IReadOnlyList<StreamEvent> events)
    {
        if (_isSubscribing) return;   // of the cursor before this one, or of nobody knows which stream; they come again
        _serverHead = Seq.Max(_serverHead, to);
        _reached = Seq.Max(_reached, to);
        if (from <= Head.Next || _beyondGap.Count < MaxBeyondGap)
        {
            foreach (var stored in events.Where(stored => stored.Seq > Head)) _beyondGap[stored.Seq] = stored;
        }
        Reconcile();
        AskForGaps();
    }

    /// <summary>Takes the events that follow the gapless prefix; what lies beyond a gap is kept, but neither reconciled nor shown.</summary>
    private void Reconcile()
    {
        var changed = new HashSet<ObjectKey>();
        while (_beyondGap.TryGetValue(Head.Next, out var next) && !_isStopped && MayTake(next, out var own))
        {
            _beyondGap.Remove(next.Seq);
            if (own is null && next.Event.Op == EventOp.Delete) KeepSeen(next.Event.Key);
            NoteConflicts(next, own);
            _confirmed.Apply(next);
            _state = _state with { Head = next.Seq };
            changed.Add(next.Event.Key);
        }
        if (changed.Count == 0) return;
        foreach (var key in changed)
        {
            WriteRow(LocalKind.Record, key.ToString(), _confirmed.WriteRecord(key));
            Change(key);
        }
        EndMatching();
        WriteState();
    }

    /// <summary>
    /// An own event leaves the outbox in the step in which it joins the confirmed records. It waits until the server has said that it
    /// is this outbox's: another store may go on under the same id.
    /// </summary>
    private bool MayTake(StreamEvent next, out Pending? own)
    {
        own = null;
        if (IsOfTwin(next))
        {
            FindCopy($"{next.Client} goes on where {Client} was found to be a copy.");
            return false;
        }
        TakeMatching(next);
        if (next.Client != Client) return true;
        var clientSeq = next.Event.ClientSeq;
        if (!_outbox.TryFindFrozen(clientSeq, out var pending))
        {
            FindCopy($"Event {clientSeq} of this client came from the server, and was never made here.");
            return false;
        }
        if (clientSeq > _acknowledged) return false;
        _outbox.Remove(pending);
        _state = _state with { LastOwn = clientSeq, LastNonce = pending.Nonce };
        own = pending;
        return true;
    }

    /// <summary>Another deletes an object with pending edits: what it held is kept with them, for whoever wants it back.</summary>
    private void KeepSeen(ObjectKey key)
    {
        if (!_confirmed.TryFind(key, out var record) || record.Visible is not { } whole) return;
        foreach (var pending in _outbox.Of(key).ToList()) _outbox.Replace(pending with { Was = whole });
    }

    private void NoteConflicts(StreamEvent next, Pending? own)
    {
        WasBeforeOwn = own?.Was;
        if (!_confirmed.TryFind(next.Event.Key, out var record)) return;
        foreach (var overwrite in record.OverwritesBy(next))
        {
            var was = next.Event.Op == EventOp.Delete ? record.Visible : own?.Was;
            var conflict = new KeptConflict(++_lastConflict, next.Event.Key, overwrite, Winning(overwrite, next, record), was);
            WriteRow(LocalKind.Conflict, RowName(conflict.Id), ConflictCodec.Write(conflict));
            _outputs.Add(new ReplicaOutput.Conflicted(conflict));
        }
    }

    /// <summary>The plain value that stands in the place of a lost one.</summary>
    private static CanonicalJson? Winning(Overwrite overwrite, StreamEvent next, Record before)
    {
        if (overwrite.Field is not { } field) return null;
        if (overwrite.Winner.Stamp != next.Stamp) return before.TryRead(field, out var standing) ? standing : null;
        return next.Event.Fields.Changes.FirstOrDefault(change => change.Name == field).Delta is Delta.SetValue set ? set.Value : null;
    }

    /// <summary>What is missing before the end of what has come is plain arithmetic; it is fetched once.</summary>
    private void AskForGaps()
    {
        if (_isStopped || _isSubscribing || _reached <= Head) return;
        var held = new SeqSet(_asked.Ranges);
        foreach (var seq in _beyondGap.Keys) held.Add(seq);
        var missing = held.Missing(new SeqRange(Head.Next, _reached)).Take(SeqSet.MaxParsedRanges).ToList();
        if (missing.Count == 0) return;
        foreach (var range in missing) _asked.Add(range);
        _fetchRef = ++_lastRef;
        Send(new Protocol.ClientMessage.Fetch(_fetchRef, Stream, missing));
    }

    private void ForgetGaps()
    {
        _beyondGap.Clear();
        _asked = new SeqSet();
        _reached = Head;
    }
}

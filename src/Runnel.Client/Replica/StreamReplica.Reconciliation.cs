using Runnel.Client.LocalStore;

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
        while (_beyondGap.TryGetValue(Head.Next, out var next) && !_isStopped && MayTake(next))
        {
            _beyondGap.Remove(next.Seq);
            NoteConflicts(next);
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
    private bool MayTake(StreamEvent next)
    {
        TakeMatching(next);
        if (next.Client != Client) return true;
        var clientSeq = next.Event.ClientSeq;
        if (!_outbox.TryFindFrozen(clientSeq, out var pending))
        {
            FindCopy($"Event {clientSeq} of this client came from the server, and was never made here.");
            return false;
        }
        if (clientSeq > _acknowledged) return false;
        _outbox.Confirm(clientSeq);
        _state = _state with { LastOwn = clientSeq, LastNonce = pending.Nonce };
        return true;
    }

    private void NoteConflicts(StreamEvent next)
    {
        if (!_confirmed.TryFind(next.Event.Key, out var record)) return;
        foreach (var overwrite in record.OverwritesBy(next))
        {
            var conflict = new Conflict(++_lastConflict, next.Event.Key, overwrite);
            WriteRow(LocalKind.Conflict, RowName(conflict.Id), ConflictCodec.Write(conflict));
            _outputs.Add(new ReplicaOutput.Conflicted(conflict));
        }
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

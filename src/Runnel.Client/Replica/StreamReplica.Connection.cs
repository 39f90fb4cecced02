using Runnel.Client.LocalStore;
using Runnel.Protocol;
using Runnel.Records;
using Pending = Runnel.Client.Outbox.PendingEvent;

namespace Runnel.Client.Replica;

/// <summary>The side of the replica that talks to the server.</summary>
internal sealed partial class StreamReplica
{
    private SeqSet _asked = new();
    private ProtocolLimits _limits = new(64 * 1024, 1_000, 1024 * 1024, 1_000);
    private Seq _serverHead;
    private long _acknowledged;
    private bool _isLive;
    private bool _isStopped;

    /// <summary>Whether the server has said where it stands, and nothing stands against talking to it.</summary>
    public bool IsLive => _isLive && !_isStopped;

    /// <summary>The stream's head at the server, as far as it is known.</summary>
    public Seq ServerHead => Seq.Max(_serverHead, Head);

    /// <summary>A connection has been opened, and hello said on it: asks for the stream.</summary>
    /// <param name="limits">What the server accepts.</param>
    /// <param name="create">The settings to create the stream with, if it is not there.</param>
    /// <param name="outputs">What to do.</param>
    public void Connect(ProtocolLimits limits, StreamSettings? create, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        _limits = limits;
        _outputs.Add(new ReplicaOutput.Send(new ClientMessage.Subscribe(Stream, Head, create, _state.Id)));
    }

    /// <summary>The connection is lost: what was under way may or may not have arrived.</summary>
    public void Disconnect()
    {
        _isLive = false;
        _outbox.Interrupt();
        _beyondGap.Clear();
        _asked = new SeqSet();
    }

    /// <summary>Sends what comes next of the outbox, if the server is there and nothing is under way.</summary>
    public void TrySend(List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (!IsLive) return;
        var next = Math.Max(_acknowledged, _outbox.LastFrozen ?? 0) + 1;
        if (_outbox.TakeNext(next, _ids.NewId, _acknowledged, _limits) is not { } publish) return;
        _outputs.Add(new ReplicaOutput.Send(new ClientMessage.Publish(++_lastRef, Stream, [.. publish.Events.Select(pending => pending.Draft)], publish.Nonce)));
    }

    /// <summary>Takes what the server says about the stream.</summary>
    public void Receive(ServerMessage message, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (_isStopped) return;
        switch (message)
        {
            case ServerMessage.Subscribed subscribed: TakeSubscribed(subscribed); break;
            case ServerMessage.Events events: TakeEvents(events.From, events.To, events.Items); break;
            case ServerMessage.Fetched fetched: TakeEvents(fetched.From, fetched.To, fetched.Items); break;
            case ServerMessage.Published published when published.Ref == _lastRef && _outbox.InFlight is { } publish:
                _acknowledged = publish.LastClientSeq;
                _outbox.Acknowledge();
                break;
            case ServerMessage.Error error: TakeError(error); break;
        }
        TrySend(outputs);
    }

    private void TakeSubscribed(ServerMessage.Subscribed subscribed)
    {
        if (_state.Id is { } id && id != subscribed.Id)
        {
            Stop(new ReplicaOutput.Diverged($"{Stream} is another stream now: it was deleted and made anew, or restored from a backup."));
            return;
        }
        if (subscribed.Head < Head || subscribed.LastClientSeq < _state.LastOwn)
        {
            Stop(new ReplicaOutput.Diverged($"The server has lost events of {Stream}: its head is {subscribed.Head}, and {Head} was seen here."));
            return;
        }
        if (WhyCopy(subscribed) is { } reason)
        {
            Stop(new ReplicaOutput.FoundCopy(reason));
            return;
        }

        if (_state.Id != subscribed.Id || !_state.Settings.Equals(subscribed.Settings)) Adopt(subscribed);
        _serverHead = subscribed.Head;
        _acknowledged = subscribed.LastClientSeq;
        _isLive = true;
    }

    /// <summary>Whether somebody else has published under this client's id: a backup was restored, or a device cloned.</summary>
    private string? WhyCopy(ServerMessage.Subscribed subscribed)
    {
        var last = subscribed.LastClientSeq;
        if (last > Math.Max(_state.LastOwn, _outbox.LastFrozen ?? 0)) return $"The server has event {last} of this client, which was never made here.";
        var known = last == _state.LastOwn ? _state.LastNonce : _outbox.Events.FirstOrDefault(pending => pending.Draft.ClientSeq == last)?.Nonce;
        return last > 0 && known != subscribed.Nonce ? $"Event {last} of this client at the server is not the one that was made here." : null;
    }

    private void Adopt(ServerMessage.Subscribed subscribed)
    {
        _state = _state with { Id = subscribed.Id, Settings = subscribed.Settings };
        if (Head.IsNone) _confirmed = new RecordSet(subscribed.Settings);
        else _confirmed.Adopt(subscribed.Settings);
        WriteState();
        foreach (var key in _shown.Keys.ToList()) Change(key);
    }

    private void TakeEvents(Seq from, Seq to, IReadOnlyList<StreamEvent> events)
    {
        _serverHead = Seq.Max(_serverHead, to);
        foreach (var stored in events)
        {
            if (stored.Seq > Head) _beyondGap[stored.Seq] = stored;
        }
        Reconcile();
        AskForGaps();
    }

    /// <summary>Takes the events that follow the gapless prefix; what lies beyond a gap is kept, but neither reconciled nor shown.</summary>
    private void Reconcile()
    {
        var changed = new HashSet<ObjectKey>();
        while (_beyondGap.Remove(Head.Next, out var next))
        {
            Pending? own = null;
            if (next.Client == Client && !Confirm(next, out own)) return;
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
        WriteState();
    }

    /// <summary>An own event has come back: it leaves the outbox in the step in which it joins the confirmed records.</summary>
    private bool Confirm(StreamEvent own, out Pending? pending)
    {
        pending = _outbox.Confirm(own.Event.ClientSeq);
        if (pending is null)
        {
            Stop(new ReplicaOutput.FoundCopy($"Event {own.Event.ClientSeq} of this client came from the server, and was never made here."));
            return false;
        }
        _state = _state with { LastOwn = own.Event.ClientSeq, LastNonce = pending.Nonce };
        _acknowledged = Math.Max(_acknowledged, own.Event.ClientSeq);
        if (_outbox.InFlight is { } publish && publish.LastClientSeq == own.Event.ClientSeq) _outbox.Acknowledge();
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

    /// <summary>What is missing before the events beyond the gap is plain arithmetic; it is fetched once.</summary>
    private void AskForGaps()
    {
        if (_beyondGap.Count == 0) return;
        var held = new SeqSet();
        foreach (var seq in _beyondGap.Keys) held.Add(seq);
        var missing = held.Missing(new SeqRange(Head.Next, _beyondGap.Keys.Last())).Where(range => !_asked.Contains(range.From)).ToList();
        if (missing.Count == 0) return;
        foreach (var range in missing) _asked.Add(range);
        _outputs.Add(new ReplicaOutput.Send(new ClientMessage.Fetch(++_lastFetch, Stream, missing)));
    }

    private long _lastFetch;

    private void TakeError(ServerMessage.Error error)
    {
        var code = ErrorCode.TryParse(error.Code, out var known) ? known : ErrorCode.InvalidEvent;
        var refusal = new Refusal(code, error.Message);
        if (code == ErrorCode.Unauthorized) Pause(new ReplicaOutput.AskForToken(refusal));
        else if (error.IsRetryable) Pause(new ReplicaOutput.TryLater(refusal));
        else if (IsOfTheStream(code)) Stop(new ReplicaOutput.Diverged(error.Message));
        else if (code == ErrorCode.StaleSession || code == ErrorCode.ClientSeqConflict) Stop(new ReplicaOutput.FoundCopy(error.Message));
        else if (error.Ref == _lastRef && _outbox.InFlight is not null) Reject(refusal);
        else Stop(new ReplicaOutput.Diverged(error.Message));
    }

    private static bool IsOfTheStream(ErrorCode code) =>
        code == ErrorCode.Diverged || code == ErrorCode.Gone || code == ErrorCode.UnknownStream || code == ErrorCode.SettingsConflict
        || code == ErrorCode.ClientSeqGap || code == ErrorCode.FuturePrecedingSeq || code == ErrorCode.PrecedingSeqRegressed;

    private void Reject(Refusal refusal)
    {
        var rejected = _outbox.Refuse(refusal);
        if (rejected.Count == 0) return;   // one of several is to blame; they go one by one from here
        foreach (var key in rejected.Select(pending => pending.Key).Distinct()) Change(key);
        _outputs.Add(new ReplicaOutput.Rejected(rejected, refusal));
    }

    private void Pause(ReplicaOutput reason)
    {
        _outbox.Interrupt();
        _isLive = false;
        _outputs.Add(reason);
    }

    private void Stop(ReplicaOutput reason)
    {
        _outbox.Interrupt();
        _isStopped = true;
        _outputs.Add(reason);
    }
}

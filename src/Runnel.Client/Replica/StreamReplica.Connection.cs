using Runnel.Client.LocalStore;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.Client.Replica;

/// <summary>The side of the replica that talks to the server.</summary>
internal sealed partial class StreamReplica
{
    // A higher session proves no copy: only a number or a nonce does. But an id that a copy has ended has the last session that
    // there is, and then this store gives it up too.
    private const int MaxSuperseded = 8;

    private ProtocolLimits _limits = new(64 * 1024, 1_000, 1024 * 1024, 1_000);
    private Seq _serverHead;
    private long _acknowledged;
    private long _lastRef, _firstPublishRef, _lastPublishRef, _fetchRef;
    private int _ticks, _timesSuperseded;
    private bool _isSubscribing, _isCreating, _isLive, _isStopped;
    private string? _settingsRefusal;

    /// <summary>Whether the server has said where it stands, and nothing stands against talking to it.</summary>
    public bool IsLive => _isLive && !_isStopped;

    /// <summary>What stands in the way of this stream; <c>null</c> if nothing does.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Whether the server was seen to have another history than what is held here; only <see cref="StartOver"/> goes on from there.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>The stream's head at the server, as far as it is known.</summary>
    public Seq ServerHead => Seq.Max(_serverHead, Head);

    /// <summary>The app wants the stream to have these settings: they are asked for at the next subscribe.</summary>
    public void Want(StreamSettings settings, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (settings.Equals(Settings) && _state.Id is not null) return;
        _state = _state with { Wish = settings };
        WriteState();
        if (_isLive || _isSubscribing) Subscribe(settings);
    }

    /// <summary>A connection has been opened, and hello said on it: asks for the stream.</summary>
    public void Connect(ProtocolLimits limits, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        _limits = limits;
        _isStopped = _isLive = _isCreating = false;   // what stopped it is looked at anew
        Subscribe(_state.Wish);
    }

    /// <summary>The server asked to try again later, and it is later now.</summary>
    public void Resume(List<ReplicaOutput> outputs) => Connect(_limits, outputs);

    /// <summary>
    /// Forgets what is confirmed, to take the stream as the server has it from its beginning. Pending edits are kept, as ones that have seen nothing of that.
    /// </summary>
    public void StartOver(List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        Disconnect();
        var keys = Keys.ToList();
        foreach (var key in _confirmed.Keys) WriteRow(LocalKind.Record, key.ToString(), null);
        _confirmed = new RecordSet(Settings);
        _outbox.BeginAnew();
        _acknowledged = 0;
        _serverHead = default;
        (HasDiverged, Trouble) = (false, null);
        _state = StreamState.New(Settings).Of(Client) with { Wish = _state.Wish };
        ForgetGaps();
        WriteState();
        foreach (var key in keys) Change(key);
    }

    /// <summary>The connection is lost: what was under way may or may not have arrived.</summary>
    public void Disconnect()
    {
        _isLive = _isSubscribing = false;
        _outbox.Interrupt();
        ForgetGaps();
    }

    /// <summary>
    /// Half of the time has passed that an answer may take. What was asked, and not answered since the last call but one, is asked
    /// again: a publish unchanged, so that it lands once however often it arrives.
    /// </summary>
    public void Tick(List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (_isStopped || !(_isSubscribing || _outbox.InFlight is not null || IsFetching) || ++_ticks < 2) return;
        if (_isSubscribing)
        {
            Subscribe(_isCreating ? Settings : _state.Wish);
            return;
        }
        if (_outbox.InFlight is not null) Publish();
        _asked = new SeqSet();
        AskForGaps();
    }

    /// <summary>Sends what comes next of the outbox, if the server is there and nothing is under way.</summary>
    public void TrySend(List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        if (!IsLive || _state.FormerIds.Count > 0) return;
        if (_outbox.TakeNext(_acknowledged, _ids.NewId, _limits) is null) return;
        _firstPublishRef = _lastRef + 1;
        Publish();
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
            case ServerMessage.Fetched fetched:
                _ticks = 0;
                TakeEvents(fetched.From, fetched.To, fetched.Items);
                break;
            case ServerMessage.Published published: TakePublished(published.Ref); break;
            case ServerMessage.Error error: TakeError(error); break;
        }
        TrySend(outputs);
    }

    private void Subscribe(StreamSettings? create)
    {
        _ticks = 0;
        _isSubscribing = true;
        ForgetGaps();
        Send(new ClientMessage.Subscribe(Stream, Head, create, _state.Id));
    }

    private void Publish()
    {
        _ticks = 0;
        _lastPublishRef = ++_lastRef;
        var publish = _outbox.InFlight!;
        Send(new ClientMessage.Publish(_lastPublishRef, Stream, [.. publish.Events.Select(pending => pending.Draft)], publish.Nonce));
    }

    private void Send(ClientMessage message) => _outputs.Add(new ReplicaOutput.Send(message));

    private void TakeSubscribed(ServerMessage.Subscribed subscribed)
    {
        _isSubscribing = false;
        if (_state.Id is { } id && id != subscribed.Id)
        {
            Diverge($"{Stream} is another stream now: it was deleted and made anew, or restored from a backup.");
        }
        else if (subscribed.Head < Head || subscribed.LastClientSeq < _state.LastOwn)
        {
            Diverge($"The server has lost events of {Stream}: its head is {subscribed.Head}, and {Head} was seen here.");
        }
        else if (WhyCopy(subscribed) is { } reason)
        {
            FindCopy(reason);
        }
        else
        {
            Adopt(subscribed);
            _serverHead = Seq.Max(_serverHead, subscribed.Head);
            _acknowledged = subscribed.LastClientSeq;
            if (_outbox.InFlight?.LastClientSeq <= _acknowledged) _outbox.Acknowledge();   // said before published: a later refusal means a copy of it
            _isLive = true;
            HasDiverged = false;
            Trouble = _settingsRefusal;
            BeginMatching(subscribed.Head);
            Reconcile();
        }
    }

    private void Adopt(ServerMessage.Subscribed subscribed)
    {
        if (_state.Id == subscribed.Id && _state.Settings.Equals(subscribed.Settings) && _state.Wish is null) return;
        if (Head.IsNone) _confirmed = new RecordSet(subscribed.Settings);
        else _confirmed.Adopt(subscribed.Settings);
        _state = _state with { Id = subscribed.Id, Settings = subscribed.Settings, Wish = null };
        WriteState();
        foreach (var key in Keys.ToList()) Change(key);
    }

    /// <summary>The batch is durable. Its events stay in the outbox until they come back, so that nothing that one can see changes.</summary>
    private void TakePublished(long reference)
    {
        if (_outbox.InFlight is not { } publish || reference < _firstPublishRef || reference > _lastPublishRef) return;
        _acknowledged = publish.LastClientSeq;
        _timesSuperseded = 0;
        _outbox.Acknowledge();
        Reconcile();
    }

    private void TakeError(ServerMessage.Error error)
    {
        var isPublish = error.Ref is { } reference && reference == _lastPublishRef && _outbox.InFlight is not null;
        // What was said again since is judged by the last answer: only that one is definite.
        if (error.Ref is not null && !isPublish && error.Ref != _fetchRef) return;
        var code = ErrorCode.TryParse(error.Code, out var known) ? known : ErrorCode.InvalidEvent;
        var refusal = new Refusal(code, error.Message);
        if (error.Ref is null && code == ErrorCode.UnknownStream && !_isSubscribing) return;   // said again of a subscribe that was followed by another
        if (code == ErrorCode.SettingsConflict && (!_isSubscribing || (_state.Wish is null && !_isCreating))) return;   // the same: the present one asks for no settings
        if (code == ErrorCode.Unauthorized) Pause(new ReplicaOutput.AskForToken(refusal), error.Message);
        else if (error.IsRetryable) Pause(new ReplicaOutput.TryLater(refusal), error.Message);
        else if (code == ErrorCode.StaleSession && ++_timesSuperseded <= MaxSuperseded) Pause(new ReplicaOutput.Superseded(refusal), error.Message);
        else if (code == ErrorCode.StaleSession || code == ErrorCode.ClientSeqConflict) FindCopy(error.Message);
        else if (isPublish && !SaysDiverged(code)) Reject(refusal);
        else if (error.Ref is null && _isSubscribing && MayAskOtherwise(refusal)) { }
        else if (SaysDiverged(code)) Diverge(error.Message);
        else StandStill(error.Message);
    }

    private static bool SaysDiverged(ErrorCode code) =>
        code == ErrorCode.Diverged || code == ErrorCode.Gone || code == ErrorCode.UnknownStream
        || code == ErrorCode.ClientSeqGap || code == ErrorCode.FuturePrecedingSeq || code == ErrorCode.PrecedingSeqRegressed;

    /// <summary>A stream that is not there yet is created; if others have created it with other settings, theirs are taken.</summary>
    private bool MayAskOtherwise(Refusal refusal)
    {
        if (refusal.Code == ErrorCode.UnknownStream && _state.Id is null)
        {
            if (_isCreating || _state.Wish is not null) return true;   // an earlier subscribe is answered; the one that creates is on its way
            _isCreating = true;
            Subscribe(Settings);
            return true;
        }
        if (refusal.Code != ErrorCode.SettingsConflict || (_state.Wish is null && !_isCreating)) return false;
        if (_state.Wish is not null) _settingsRefusal = refusal.Message;
        _isCreating = false;
        _state = _state with { Wish = null };
        WriteState();
        Subscribe(null);
        return true;
    }

    private void Reject(Refusal refusal)
    {
        var rejected = _outbox.Refuse(refusal, _acknowledged);
        if (rejected.Count == 0) return;   // one of several is to blame, and is looked for
        foreach (var key in rejected.Select(pending => pending.Key).Distinct()) Change(key);
        _outputs.Add(new ReplicaOutput.Rejected(rejected, refusal));
    }

    private void Pause(ReplicaOutput reason, string words)
    {
        _outbox.Interrupt();
        _isLive = _isSubscribing = false;
        Trouble = words;
        _outputs.Add(reason);
    }

    private void Diverge(string reason)
    {
        HasDiverged = true;
        StandStill(reason);
    }

    private void StandStill(string reason) => Stop(new ReplicaOutput.StandsStill(reason), reason);

    private void FindCopy(string reason) => Stop(new ReplicaOutput.FoundCopy(reason), reason);

    private void Stop(ReplicaOutput reason, string words)
    {
        _outbox.Interrupt();
        _isLive = _isSubscribing = false;
        _isStopped = true;
        Trouble = words;
        _outputs.Add(reason);
    }
}

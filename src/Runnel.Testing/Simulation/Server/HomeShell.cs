using Runnel.Protocol;
using Runnel.Server.Homes;
using Runnel.Server.Stores;

namespace Runnel.Testing.Simulation.Server;

/// <summary>The simulation's shell around one home: a mailbox, and turns in which it does what the home says. Mirrors the server's own.</summary>
internal sealed class HomeShell
{
    private readonly SimulationContext _context;
    private readonly ServerProcess _process;
    private readonly CommitLine _commits;
    private readonly Queue<HomeInput> _mailbox = new();
    private readonly Dictionary<object, HomeRequest> _unanswered = [];
    private ISimulatedHome? _home;   // null while it is read from the store
    private TimeSpan _lastUsed;
    private bool _isTurnDue, _isRecalling, _hasFailed;
    private int _inFlight, _watchers;

    public HomeShell(SimulationContext context, ServerProcess process, CommitLine commits, StreamName stream)
    {
        _context = context;
        _process = process;
        _commits = commits;
        Stream = stream;
        Feed = new StreamFeed(stream, process.Store);
        context.Meet(Feed);
        _lastUsed = context.Now;
        process.Soon(() => Load([]));
    }

    public StreamName Stream { get; }

    public StreamFeed Feed { get; }

    /// <summary>How many requests were taken and not answered.</summary>
    public int Unanswered => _unanswered.Count;

    /// <summary>Whether it has left memory.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether nobody waits for it, watches it, or has used it since <paramref name="since"/>.</summary>
    public bool IsIdle(TimeSpan since) => _unanswered.Count == 0 && _watchers == 0 && _lastUsed <= since;

    /// <summary>Hands a request to the home; <paramref name="answered"/> is called once.</summary>
    public void Ask(Func<object, HomeRequest> request, Action<HomeAnswer> answered)
    {
        _lastUsed = _context.Now;
        if (_unanswered.Count >= _process.Limits.MaxQueuedRequests || _process.WaitingBytes > _process.Limits.MaxQueuedBytes)
        {
            _process.Soon(() => answered(new HomeAnswer.Refused(new Refusal(ErrorCode.Overloaded, $"Too much waits for {Stream}."))));
            return;
        }
        var ticket = new Ticket(answered);
        var asked = request(ticket);
        _unanswered.Add(ticket, asked);
        _process.WaitingBytes += SizeOf(asked);
        Tell(asked);
    }

    /// <summary>Hands an input to the home, behind those before it.</summary>
    public void Tell(HomeInput input)
    {
        if (IsGone) return;
        _context.Meet(input);
        _mailbox.Enqueue(input);
        Wake();
    }

    /// <summary>Keeps the home in memory until <see cref="Unwatch"/>.</summary>
    public void Watch() => _watchers++;

    /// <summary>Lets go of what <see cref="Watch"/> held.</summary>
    public void Unwatch() => _watchers--;

    /// <summary>Leaves memory.</summary>
    public void Retire()
    {
        IsGone = true;
        _process.Forget(this);
        _context.Trace.Note($"the home of {Stream} leaves memory");
        Feed.Close(new Refusal(ErrorCode.Internal, $"The home of {Stream} had to stop; subscribe again."));
    }

    private bool CanTurn => !IsGone && !_isRecalling && _home is not null && _mailbox.Count > 0;

    private void Wake()
    {
        if (_isTurnDue || !CanTurn) return;
        _isTurnDue = true;
        _process.Soon(() =>
        {
            _isTurnDue = false;
            if (CanTurn) Handle(_mailbox.Dequeue());
            Wake();
        });
    }

    private void Load(IReadOnlyList<HomeRequest> waiting)
    {
        try
        {
            var stored = Completed.Result(_process.Store.LoadAsync(Stream, CancellationToken.None));
            if (stored is not null) _context.Meet(stored);
            _home = _process.Make(Stream, stored);
            Feed.Reset(_home.DurableHeader);
            foreach (var request in waiting) Handle(request);
            Wake();
        }
        catch (StreamStoreException exception)
        {
            Abandon(exception);
        }
    }

    private void Handle(HomeInput input)
    {
        NoteProgress(input);
        var outputs = new List<HomeOutput>();
        try
        {
            _home!.Handle(input, outputs);
        }
        catch (Exception exception)   // whatever it is, a state machine has no reason to throw
        {
            _context.Break(Promise.NeverFaults, $"the home of {Stream} throws at {input.GetType().Name}: {exception}");
            return;
        }
        foreach (var output in outputs) Do(output, input);
    }

    private void Do(HomeOutput output, HomeInput cause)
    {
        _context.Meet(output);
        switch (output)
        {
            case HomeOutput.Append append: Append(append.Write, cause); break;
            case HomeOutput.Answer answer: Answer((Ticket)answer.Ticket, answer.Result); break;
            case HomeOutput.Show show: Feed.Show(show.Header, show.Events); break;
            case HomeOutput.Remove: Feed.End(new Refusal(ErrorCode.Gone, $"The stream {Stream} was deleted.")); break;
            case HomeOutput.Recall recall: Recall(recall, cause); break;
            case HomeOutput.Reload reload: Reload(reload.Waiting); break;
        }
    }

    private void Append(StreamAppend append, HomeInput cause)
    {
        _context.Meet(append);
        if (_inFlight > 0) _context.Reach(Landmark.NumberedAhead);
        if (append.Events.Count == 0 && append.Header is null && append.Runs.Count > 0) _context.Reach(Landmark.SessionRaisedAlone);
        if (append.Events.Count > 0 && cause is HomeInput.Recalled) _context.Reach(Landmark.OverlapAppended);
        if (append.Header is not null && append.ExpectedHead.IsNone) _context.Reach(append.Events.Count > 0 ? Landmark.CreatedByPublish : Landmark.CreatedBySubscribe);
        _inFlight++;
        _commits.Enqueue(append, this);
    }

    private void Answer(Ticket ticket, HomeAnswer result)
    {
        _context.Meet(result);
        if (_unanswered.Remove(ticket, out var asked)) _process.WaitingBytes -= SizeOf(asked);
        else _context.Break(Promise.NeverFaults, $"the home of {Stream} answers a request twice: {result}");
        ticket.Answered(result);
    }

    private void Recall(HomeOutput.Recall recall, HomeInput cause)
    {
        _context.Reach(Landmark.ResendRecalled);
        if (cause is HomeInput.Committed) _context.Reach(Landmark.RecallWaited);
        _isRecalling = true;
        _process.Soon(() =>
        {
            if (IsGone) return;
            try
            {
                var events = Read(recall);
                _isRecalling = false;
                var recalled = new HomeInput.Recalled(events);
                _context.Meet(recalled);
                Handle(recalled);
                Wake();
            }
            catch (StreamStoreException exception)
            {
                Abandon(exception);
            }
        });
    }

    private List<StreamEvent> Read(HomeOutput.Recall recall)
    {
        var seqs = Completed.Result(_process.Store.FindAsync(Stream, recall.Client, recall.FirstClientSeq, recall.Count, CancellationToken.None));
        return [.. seqs.Select(seq => EventCodec.ParseStored(ReadOne(seq).Span))];
    }

    private ReadOnlyMemory<byte> ReadOne(Seq seq)
    {
        var after = new Seq(seq.Value - 1);
        var events = new List<EncodedEvent>(1);
        if (!Feed.TryReadRecent(after, 1, int.MaxValue, events) || events.Count == 0) events = StorePage.Read(Feed.ReadAsync(after, CancellationToken.None), Feed.Header?.Id ?? "", seq, 1);
        return events.Count > 0 ? events[0].Json : throw new StreamStoreException(StoreFault.Damaged, $"Event {seq} of {Stream} cannot be found.") { Stream = Stream };
    }

    private void Reload(IReadOnlyList<HomeRequest> waiting)
    {
        _context.Reach(Landmark.HomeReloaded);
        if (waiting.Count > 0) _context.Reach(Landmark.ReloadedWithWaiting);
        _context.Trace.Note($"the home of {Stream} is read again");
        _home = null;
        _hasFailed = false;
        _process.Soon(() => Load(waiting));
    }

    private void Abandon(StreamStoreException exception)
    {
        _context.Reach(Landmark.HomeAbandoned);
        Retire();
        var refused = new HomeAnswer.Refused(StoreRefusal.Of(exception));
        foreach (var ticket in _unanswered.Keys.ToList()) Answer((Ticket)ticket, refused);
    }

    private static long SizeOf(HomeRequest request) =>
        (request as HomeRequest.Publish)?.Request.Events.Sum(draft => (long)draft.Fields.Wire.Utf8.Length) ?? 0;

    private void NoteProgress(HomeInput input)
    {
        if (input is not (HomeInput.Committed or HomeInput.CommitFailed)) return;
        _inFlight--;
        if (_hasFailed) _context.Reach(input is HomeInput.Committed ? Landmark.LandedBehindFailure : Landmark.FailedBehindFailure);
        _hasFailed |= input is HomeInput.CommitFailed;
    }

    private sealed record Ticket(Action<HomeAnswer> Answered)
    {
        public bool Equals(Ticket? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}

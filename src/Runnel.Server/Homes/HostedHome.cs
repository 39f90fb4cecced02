using System.Diagnostics.CodeAnalysis;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// The thin shell around a <see cref="StreamHome"/>: a mailbox, and somebody who does what the home says. Whoever puts an input into
/// an idle home's mailbox empties it on the spot, so that a request changes threads only where it waits for the disk. Requests are
/// bounded; when there are too many, the next is refused instead of kept.
/// </summary>
internal sealed class HostedHome : ICommitListener
{
    // Who brings one request does not work for ever for those who bring more meanwhile: after this many the pool goes on.
    private const int Burst = 64;

    private static readonly HomeInput Committed = new HomeInput.Committed();

    private readonly StreamName _stream;
    private readonly IStreamStore _store;
    private readonly GroupCommitter _committer;
    private readonly HomeOptions _options;
    private readonly IdSource _ids;
    private readonly Queue<HomeInput> _mailbox = new();
    private readonly List<HomeOutput> _outputs = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<IHomeTicket, (HomeRequest Request, long Bytes)> _unanswered = [];
    private readonly WaitingBytes _waiting;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamHome? _home;
    private int _watchers;
    private bool _isRunning = true;     // it begins by loading
    private bool _isRetiring;

    public HostedHome(StreamName stream, IStreamStore store, GroupCommitter committer, WaitingBytes waiting, HomeOptions options, IdSource ids, TimeProvider time)
    {
        _stream = stream;
        _store = store;
        _committer = committer;
        _waiting = waiting;
        _options = options;
        _ids = ids;
        Feed = new StreamFeed(stream, store);
        LastUsed = time.GetTimestamp();
        _ = StartAsync();
    }

    /// <summary>What readers of the stream follow.</summary>
    public StreamFeed Feed { get; }

    /// <summary>When the home was last asked for something, as a timestamp of the TimeProvider.</summary>
    public long LastUsed { get; set; }

    /// <summary>
    /// Hands a request to the home, which answers its ticket, perhaps before this returns; false if the home has left memory, so that
    /// another must be asked.
    /// </summary>
    public bool TryAsk(HomeRequest request)
    {
        bool isAdmitted, runs = false;
        lock (_gate)
        {
            if (_isRetiring) return false;
            isAdmitted = _unanswered.Count < _options.MaxQueuedRequests && _waiting.Count <= _options.MaxQueuedBytes;
            if (isAdmitted)
            {
                var bytes = WaitingBytes.Of(request);
                _unanswered.Add((IHomeTicket)request.Ticket, (request, bytes));
                _waiting.Add(bytes);
                runs = Queue(request);
            }
        }
        if (!isAdmitted) TurnAway(request, $"Too much waits for {_stream}; try again a little later.");
        else if (runs) _ = RunAsync();
        return true;
    }

    /// <summary>Keeps the home in memory until <see cref="Unwatch"/>; false if it has left already.</summary>
    public bool TryWatch()
    {
        lock (_gate)
        {
            if (_isRetiring) return false;
            _watchers++;
            return true;
        }
    }

    /// <summary>Lets go of what <see cref="TryWatch"/> held.</summary>
    public void Unwatch()
    {
        lock (_gate) _watchers--;
    }

    /// <summary>Lets the home leave memory, if nobody waits for it or watches it.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            if (_unanswered.Count > 0 || _watchers > 0) return false;
            _isRetiring = true;
        }
        Put(null);
        return true;
    }

    /// <summary>Takes no more requests, answers those it has, and leaves memory.</summary>
    public Task StopAsync()
    {
        lock (_gate) _isRetiring = true;
        Put(null);
        return _left.Task;
    }

    /// <summary>Refuses what no home sees.</summary>
    public static void TurnAway(HomeRequest request, string message)
    {
        BreakChain(request);
        ((IHomeTicket)request.Ticket).Answer(new HomeAnswer.Refused(new Refusal(ErrorCode.Overloaded, message)));
    }

    void ICommitListener.Committed() => Put(Committed);

    void ICommitListener.CommitFailed(Refusal refusal) => Put(new HomeInput.CommitFailed(refusal));

    /// <summary>Puts an input into the mailbox, or <c>null</c> to have the home look whether it may leave; empties it if nobody is at it.</summary>
    private void Put(HomeInput? input)
    {
        lock (_gate)
        {
            if (!Queue(input)) return;
        }
        _ = RunAsync();
    }

    /// <summary>Puts an input into the mailbox; true if the caller is to empty it. The gate is held.</summary>
    private bool Queue(HomeInput? input)
    {
        if (input is not null) _mailbox.Enqueue(input);
        if (_isRunning) return false;
        _isRunning = true;
        return true;
    }

    private async Task StartAsync()
    {
        // Whoever brings the home into memory hands it a request before it can fail to load, and waits for its own request only.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await RunAsync().ConfigureAwait(false);
    }

    /// <summary>Empties the mailbox, without a change of threads as long as the store answers at once.</summary>
    private async Task RunAsync()
    {
        try
        {
            if (_home is null) await LoadAsync().ConfigureAwait(false);
            for (var taken = 1; TryTake(out var input); taken++)
            {
                await HandleAsync(input).ConfigureAwait(false);
                if (taken == Burst) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }
        catch (Exception exception)   // a home that cannot go on answers whoever waits and makes room for another
        {
            Abandon(StoreRefusal.Of(exception));
        }
    }

    private async ValueTask HandleAsync(HomeInput input)
    {
        _home!.Handle(input, _outputs);
        for (var i = 0; i < _outputs.Count; i++)
        {
            if (!TryDo(_outputs[i])) await DoAsync(_outputs[i]).ConfigureAwait(false);
        }
        _outputs.Clear();
    }

    private bool TryTake([NotNullWhen(true)] out HomeInput? input)
    {
        lock (_gate)
        {
            if (_mailbox.TryDequeue(out input)) return true;
            var isLast = _isRetiring && _unanswered.Count == 0;
            if (!isLast)
            {
                _isRunning = false;
                return false;
            }
        }
        Leave();   // still running, so that nobody begins again
        return false;
    }

    private void Leave()
    {
        Feed.Close(new Refusal(ErrorCode.Internal, $"The home of {_stream} had to stop; subscribe again."));
        _left.TrySetResult();
    }

    private async ValueTask LoadAsync()
    {
        _home = new StreamHome(_stream, await _store.LoadAsync(_stream, CancellationToken.None).ConfigureAwait(false), _options, _ids);
        Feed.Reset(_home.DurableHeader);
    }

    /// <summary>Does what can be done at once; false if it waits for the store.</summary>
    private bool TryDo(HomeOutput output)
    {
        switch (output)
        {
            case HomeOutput.Append append: _committer.Enqueue(append.Write, this); return true;
            case HomeOutput.Answer answer: Answer((IHomeTicket)answer.Ticket, answer.Result); return true;
            case HomeOutput.Show show: Feed.Show(show.Header, show.Events); return true;
            case HomeOutput.Remove: Feed.End(new Refusal(ErrorCode.Gone, $"The stream {_stream} was deleted.")); return true;
            default: return false;
        }
    }

    private async ValueTask DoAsync(HomeOutput output)
    {
        switch (output)
        {
            case HomeOutput.Recall recall: _home!.Handle(new HomeInput.Recalled(await RecallAsync(recall).ConfigureAwait(false)), _outputs); break;
            case HomeOutput.Reload reload: await ReloadAsync(reload.Waiting).ConfigureAwait(false); break;
        }
    }

    private async ValueTask ReloadAsync(IReadOnlyList<HomeRequest> waiting)
    {
        await LoadAsync().ConfigureAwait(false);
        foreach (var request in waiting) _home!.Handle(request, _outputs);
    }

    private async ValueTask<IReadOnlyList<StreamEvent>> RecallAsync(HomeOutput.Recall recall)
    {
        var seqs = await _store.FindAsync(_stream, recall.Client, recall.FirstClientSeq, recall.Count, CancellationToken.None).ConfigureAwait(false);
        var events = new List<StreamEvent>(seqs.Count);
        foreach (var seq in seqs) events.Add(EventCodec.ParseStored((await Feed.ReadOneAsync(seq).ConfigureAwait(false)).Span));
        return events;
    }

    private void Answer(IHomeTicket ticket, HomeAnswer result)
    {
        lock (_gate)
        {
            if (_unanswered.Remove(ticket, out var asked)) _waiting.Add(-asked.Bytes);
        }
        ticket.Answer(result);
    }

    private void Abandon(Refusal refusal)
    {
        IHomeTicket[] unanswered;
        lock (_gate)
        {
            _isRetiring = true;
            _mailbox.Clear();
            unanswered = [.. _unanswered.Keys];
            foreach (var (request, _) in _unanswered.Values) BreakChain(request);
        }
        foreach (var ticket in unanswered) Answer(ticket, new HomeAnswer.Refused(refusal));
        Leave();
    }

    private static void BreakChain(HomeRequest request) => (request as HomeRequest.Publish)?.Chain?.Break();
}

/// <summary>Who asked a home something. Told on the thread that runs the home: at once, and nothing is thrown.</summary>
internal interface IHomeTicket
{
    /// <summary>Takes the answer; called once.</summary>
    void Answer(HomeAnswer answer);
}

using System.Threading.Channels;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// The thin asynchronous shell around a <see cref="StreamHome"/>: a mailbox, and a loop that does what the home says. Requests are
/// bounded; when there are too many, the next is refused instead of kept.
/// </summary>
internal sealed class HostedHome : ICommitListener
{
    private readonly StreamName _stream;
    private readonly IStreamStore _store;
    private readonly GroupCommitter _committer;
    private readonly HomeOptions _options;
    private readonly IdSource _ids;
    private readonly Channel<HomeInput> _mailbox = Channel.CreateUnbounded<HomeInput>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<HomeOutput> _outputs = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskCompletionSource<HomeAnswer>, HomeRequest> _unanswered = [];
    private readonly WaitingBytes _waiting;
    private StreamHome _home = null!;   // set before the first input is taken
    private int _watchers;
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
        Completion = RunAsync();
    }

    /// <summary>What readers of the stream follow.</summary>
    public StreamFeed Feed { get; }

    /// <summary>Ends when the home has left memory.</summary>
    public Task Completion { get; }

    /// <summary>When the home was last asked for something, as a timestamp of the TimeProvider.</summary>
    public long LastUsed { get; set; }

    /// <summary>Hands a request to the home; <c>null</c> if the home has left memory, so that another must be asked.</summary>
    public Task<HomeAnswer>? TryAsk(Func<TaskCompletionSource<HomeAnswer>, HomeRequest> request)
    {
        lock (_gate)
        {
            if (_isRetiring) return null;
            if (_unanswered.Count >= _options.MaxQueuedRequests || _waiting.Count > _options.MaxQueuedBytes)
            {
                return Task.FromResult<HomeAnswer>(new HomeAnswer.Refused(new Refusal(ErrorCode.Overloaded, $"Too much waits for {_stream}; try again a little later.")));
            }
            var answer = new TaskCompletionSource<HomeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            var asked = request(answer);
            _unanswered.Add(answer, asked);
            _waiting.Add(WaitingBytes.Of(asked));
            _mailbox.Writer.TryWrite(asked);
            return answer.Task;
        }
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
            Retire();
            return true;
        }
    }

    /// <summary>Takes no more requests, answers those it has, and leaves memory.</summary>
    public Task StopAsync()
    {
        lock (_gate) Retire();
        return Completion;
    }

    void ICommitListener.Committed() => _mailbox.Writer.TryWrite(new HomeInput.Committed());

    void ICommitListener.CommitFailed(Refusal refusal) => _mailbox.Writer.TryWrite(new HomeInput.CommitFailed(refusal));

    private void Retire()
    {
        _isRetiring = true;
        if (_unanswered.Count == 0) _mailbox.Writer.TryComplete();
    }

    private async Task RunAsync()
    {
        // Whoever brings the home into memory hands it a request before it can fail to load, and waits for its own request only.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await LoadAsync().ConfigureAwait(false);
            await foreach (var input in _mailbox.Reader.ReadAllAsync().ConfigureAwait(false)) await HandleAsync(input).ConfigureAwait(false);
        }
        catch (Exception exception)   // a home that cannot go on answers whoever waits and makes room for another
        {
            Abandon(StoreRefusal.Of(exception));
        }
        finally
        {
            Feed.Close(new Refusal(ErrorCode.Internal, $"The home of {_stream} had to stop; subscribe again."));
        }
    }

    private async ValueTask LoadAsync()
    {
        _home = new StreamHome(_stream, await _store.LoadAsync(_stream, CancellationToken.None).ConfigureAwait(false), _options, _ids);
        Feed.Reset(_home.DurableHeader);
    }

    private async ValueTask HandleAsync(HomeInput input)
    {
        _home.Handle(input, _outputs);
        for (var i = 0; i < _outputs.Count; i++) await DoAsync(_outputs[i]).ConfigureAwait(false);
        _outputs.Clear();
    }

    private async ValueTask DoAsync(HomeOutput output)
    {
        switch (output)
        {
            case HomeOutput.Append append: _committer.Enqueue(append.Write, this); break;
            case HomeOutput.Answer answer: Answer(answer.Ticket, answer.Result); break;
            case HomeOutput.Show show: Feed.Show(show.Header, show.Events); break;
            case HomeOutput.Remove: Feed.End(new Refusal(ErrorCode.Gone, $"The stream {_stream} was deleted.")); break;
            case HomeOutput.Recall recall: _home.Handle(new HomeInput.Recalled(await RecallAsync(recall).ConfigureAwait(false)), _outputs); break;
            case HomeOutput.Reload reload: await ReloadAsync(reload.Waiting).ConfigureAwait(false); break;
        }
    }

    private async ValueTask ReloadAsync(IReadOnlyList<HomeRequest> waiting)
    {
        await LoadAsync().ConfigureAwait(false);
        foreach (var request in waiting) _home.Handle(request, _outputs);
    }

    private async ValueTask<IReadOnlyList<StreamEvent>> RecallAsync(HomeOutput.Recall recall)
    {
        var seqs = await _store.FindAsync(_stream, recall.Client, recall.FirstClientSeq, recall.Count, CancellationToken.None).ConfigureAwait(false);
        var events = new List<StreamEvent>(seqs.Count);
        foreach (var seq in seqs) events.Add(EventCodec.ParseStored((await Feed.ReadOneAsync(seq).ConfigureAwait(false)).Span));
        return events;
    }

    private void Answer(object ticket, HomeAnswer result)
    {
        var answer = (TaskCompletionSource<HomeAnswer>)ticket;
        lock (_gate)
        {
            if (_unanswered.Remove(answer, out var asked)) _waiting.Add(-WaitingBytes.Of(asked));
            if (_isRetiring) Retire();
        }
        answer.TrySetResult(result);
    }

    private void Abandon(Refusal refusal)
    {
        TaskCompletionSource<HomeAnswer>[] unanswered;
        lock (_gate)
        {
            _isRetiring = true;
            unanswered = [.. _unanswered.Keys];
            foreach (var request in _unanswered.Values) (request as HomeRequest.Publish)?.Chain?.Break();
        }
        foreach (var ticket in unanswered) Answer(ticket, new HomeAnswer.Refused(refusal));
    }
}

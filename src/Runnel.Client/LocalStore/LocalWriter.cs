namespace Runnel.Client.LocalStore;

/// <summary>
/// Writes to the local store in the order in which it is told, as many changes in one transaction as have gathered while the last
/// one was written; what must not happen before a change is durable waits for it. Safe for use by many threads.
/// </summary>
internal sealed class LocalWriter : ILocalWriter
{
    // A store that fails, perhaps because the disk is full, is tried again; meanwhile nothing is sent, and nothing is lost.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ILocalStore _store;
    private readonly TimeProvider _time;
    private readonly Action<Exception?> _report;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private Step _next = new();
    private bool _isClosed;

    /// <summary>Makes the writer.</summary>
    /// <param name="store">The store.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="report">Told of each failure, and of <c>null</c> once it is over.</param>
    public LocalWriter(ILocalStore store, TimeProvider time, Action<Exception?> report)
    {
        _store = store;
        _time = time;
        _report = report;
        _loop = RunAsync();
    }

    /// <summary>Writes the changes, all in one transaction, then does what waits for them.</summary>
    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    public void Write(IEnumerable<LocalWrite> writes, Action? then)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            foreach (var write in writes) _next.Writes[write.Key] = write;
            if (then is not null) _next.Then.Add(then);
            if (_next.IsDue) return;
            _next.IsDue = true;
        }
        _wake.Release();
    }

    /// <summary>Completes when everything told so far is durable.</summary>
    /// <exception cref="LocalStoreException">The writer was closed, and could not write it.</exception>
    public async Task FlushAsync()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Write([], durable.SetResult);
        await (await Task.WhenAny(durable.Task, _loop).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Writes what is left, then stops.</summary>
    /// <exception cref="LocalStoreException">What is left could not be written.</exception>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        _wake.Release();
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            var step = TakeStep();
            if (!step.IsDue && _stopping.IsCancellationRequested) return;
            await CommitAsync(step).ConfigureAwait(false);
        }
    }

    private Step TakeStep()
    {
        lock (_gate)
        {
            var step = _next;
            _next = new Step();
            return step;
        }
    }

    private async ValueTask CommitAsync(Step step)
    {
        for (var failed = false; step.Writes.Count > 0;)
        {
            try
            {
                await _store.CommitAsync([.. step.Writes.Values], CancellationToken.None).ConfigureAwait(false);
                if (failed) _report(null);
                break;
            }
            catch (LocalStoreException exception) when (!_stopping.IsCancellationRequested)
            {
                failed = true;
                _report(exception);
            }
            await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        foreach (var action in step.Then) action();
    }

    /// <summary>What goes into one transaction, the last change of each row, and what waits for it.</summary>
    private sealed class Step
    {
        public Dictionary<LocalKey, LocalWrite> Writes { get; } = [];
        public List<Action> Then { get; } = [];
        public bool IsDue { get; set; }
    }
}

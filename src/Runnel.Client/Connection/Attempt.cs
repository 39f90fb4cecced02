using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>One try at a connection, from the first step to its end, and all that runs only as long as it does.</summary>
internal sealed class Attempt : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended;
    private readonly List<Task> _running = [];
    private volatile ProtocolLimits? _limits;

    public Attempt(CancellationToken stopping)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
    }

    /// <summary>Cancelled when the attempt is over.</summary>
    public CancellationToken Ended { get; }

    /// <summary>The link, once there is one.</summary>
    public ServerLink? Link { get; set; }

    /// <summary>What the server accepts, once it has said so.</summary>
    public ProtocolLimits? Limits
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>Ends the attempt; does not wait for it.</summary>
    public void End()
    {
        try
        {
            // Not on this thread, which may hold the client's gate.
            _ = _ended.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    /// <summary>Keeps <paramref name="task"/>, which ends with the attempt.</summary>
    public void Run(Task task)
    {
        lock (_running)
        {
            _running.RemoveAll(known => known.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>Runs all of <paramref name="parts"/> until one of them ends, or fails, and then no longer.</summary>
    public async Task UntilFirstEndsAsync(params Task[] parts)
    {
        foreach (var part in parts) Run(part);
        await await Task.WhenAny(parts).ConfigureAwait(false);
    }

    /// <summary>Ends the attempt, and waits for all that ran in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        Task all;
        lock (_running) all = Task.WhenAll(_running);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }
}

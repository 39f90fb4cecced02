using System.Collections.Concurrent;
using Runnel.Protocol;
using Runnel.Records;
using Runnel.Server.Stores;

namespace Runnel.Server.Homes;

/// <summary>
/// The way to every stream's home: routes publishes, creations and deletions to the one home of each stream, which is brought into
/// memory on first use and leaves it when idle. Safe for use by many threads.
/// </summary>
public sealed class StreamHomes : IStreamHomes, IAsyncDisposable
{
    private readonly HomeOptions _options;
    private readonly TimeProvider _time;
    private readonly IdSource _ids;
    private readonly GroupCommitter _committer;
    private readonly WaitingBytes _waiting = new();
    private readonly ConcurrentDictionary<StreamName, HostedHome> _homes = new();
    private readonly ITimer _sweep;
    private volatile bool _isStopping;

    /// <summary>Makes the homes over <paramref name="store"/>, which stays the caller's to dispose, after the homes.</summary>
    public StreamHomes(IStreamStore store, HomeOptions options, TimeProvider time, IdSource ids)
    {
        Store = store;
        _options = options;
        _time = time;
        _ids = ids;
        _committer = new GroupCommitter(store, options);
        _sweep = time.CreateTimer(static homes => ((StreamHomes)homes!).Sweep(), this, options.IdleTimeout, options.IdleTimeout);
    }

    /// <summary>Where the streams are kept; reads go to it directly and see durable events only.</summary>
    public IStreamStore Store { get; }

    /// <summary>How many homes are in memory.</summary>
    public int Count => _homes.Count;

    /// <summary>Publishes a batch; answers once it is durable, or refused.</summary>
    /// <remarks>Batches of one caller reach the home in the order of the calls, so a caller may have many in flight.</remarks>
    public ValueTask<PublishResult> PublishAsync(PublishRequest request, CancellationToken cancellationToken) =>
        PublishAsync(request, null, cancellationToken);

    /// <summary>Publishes a batch of a <paramref name="chain"/>: it is refused if one of the chain that was sent before it is.</summary>
    public async ValueTask<PublishResult> PublishAsync(PublishRequest request, PublishChain? chain, CancellationToken cancellationToken)
    {
        var ticket = new AwaitedAnswer();
        Publish(request, chain, ticket);
        return ResultOf(await ticket.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Publishes a batch; <paramref name="ticket"/> is told on a thread of the home's once it is durable or refused, perhaps before this returns.</summary>
    internal void Publish(PublishRequest request, PublishChain? chain, IHomeTicket ticket) =>
        Ask(request.Stream, new HomeRequest.Publish(ticket, request, _time.GetUtcNow(), chain));

    void IStreamHomes.Publish(PublishRequest request, PublishChain? chain, IHomeTicket ticket) => Publish(request, chain, ticket);

    /// <summary>What a home's answer to a publish says.</summary>
    internal static PublishResult ResultOf(HomeAnswer answer) => answer is HomeAnswer.Published published
        ? new PublishResult.Published(published.Seqs, published.Head)
        : new PublishResult.Refused(RefusalOf(answer));

    /// <summary>Creates the stream, or finds it there with equal settings, or adds rules that no event contradicts yet.</summary>
    public async ValueTask<CreateResult> CreateAsync(StreamName stream, StreamSettings settings, CancellationToken cancellationToken)
    {
        var at = _time.GetUtcNow();
        var answer = await AskAsync(stream, ticket => new HomeRequest.Create(ticket, settings, at), cancellationToken).ConfigureAwait(false);
        return answer is HomeAnswer.Ready ready
            ? new CreateResult.Ready(ready.Header, ready.IsNew)
            : new CreateResult.Refused(RefusalOf(answer));
    }

    /// <summary>Removes the stream durably; <c>null</c> once it is gone, else why not.</summary>
    public async ValueTask<Refusal?> DeleteAsync(StreamName stream, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(stream, ticket => new HomeRequest.Delete(ticket), cancellationToken).ConfigureAwait(false);
        return answer is HomeAnswer.Deleted ? null : RefusalOf(answer);
    }

    /// <summary>
    /// Says what is known of <paramref name="client"/> in the stream and opens its <paramref name="session"/>: from now on its lower
    /// sessions may not publish there.
    /// </summary>
    public async ValueTask<OpenResult> OpenAsync(StreamName stream, ClientId client, long session, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(stream, ticket => new HomeRequest.Open(ticket, client, session), cancellationToken).ConfigureAwait(false);
        return answer is HomeAnswer.Opened opened
            ? new OpenResult.Opened(opened.Header, opened.Client)
            : new OpenResult.Refused(RefusalOf(answer));
    }

    /// <summary>What the stream is, with its durable head; <c>null</c> if there is none.</summary>
    /// <exception cref="StreamStoreException">The store cannot be read.</exception>
    public async ValueTask<StreamHeader?> FindAsync(StreamName stream, CancellationToken cancellationToken)
    {
        // The name itself is the first of all names that begin with it.
        var found = await Store.ListAsync(stream.Value, "", 1, cancellationToken).ConfigureAwait(false);
        return found.Count > 0 && found[0].Name == stream ? found[0] : null;
    }

    /// <summary>Keeps the stream's home in memory and gives its feed to follow; dispose to let it go.</summary>
    public StreamWatch Watch(StreamName stream)
    {
        while (true)
        {
            var home = HomeOf(stream);
            if (home.TryWatch()) return new StreamWatch(home.Feed, home.Unwatch);
            Forget(stream, home);
        }
    }

    /// <summary>Finishes what was accepted, then lets the homes go; later calls are refused as <c>overloaded</c>.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _sweep.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_homes.Values.Select(home => home.StopAsync())).ConfigureAwait(false);
        await _committer.DisposeAsync().ConfigureAwait(false);
    }

    private Task<HomeAnswer> AskAsync(StreamName stream, Func<IHomeTicket, HomeRequest> request, CancellationToken cancellationToken)
    {
        var ticket = new AwaitedAnswer();
        Ask(stream, request(ticket));
        return ticket.WaitAsync(cancellationToken);
    }

    private void Ask(StreamName stream, HomeRequest request)
    {
        while (!_isStopping)
        {
            var home = HomeOf(stream);
            if (home.TryAsk(request)) return;
            Forget(stream, home);
        }
        HostedHome.TurnAway(request, "The server is stopping.");
    }

    private HostedHome HomeOf(StreamName stream)
    {
        if (!_homes.TryGetValue(stream, out var home))
        {
            // Under the dictionary's own lock a home is made once: two homes of one stream would race each other to the store.
            lock (_homes) home = _homes.GetOrAdd(stream, name => new HostedHome(name, Store, _committer, _waiting, _options, _ids, _time));
        }
        home.LastUsed = _time.GetTimestamp();
        return home;
    }

    private void Forget(StreamName stream, HostedHome home) => _homes.TryRemove(KeyValuePair.Create(stream, home));

    private void Sweep()
    {
        foreach (var (stream, home) in _homes)
        {
            if (_time.GetElapsedTime(home.LastUsed) >= _options.IdleTimeout && home.TryRetire()) Forget(stream, home);
        }
    }

    private static Refusal RefusalOf(HomeAnswer answer) => ((HomeAnswer.Refused)answer).Refusal;

    /// <summary>An answer that somebody awaits; what goes on after it does not run on the home's thread.</summary>
    private sealed class AwaitedAnswer() : TaskCompletionSource<HomeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously), IHomeTicket
    {
        public Task<HomeAnswer> WaitAsync(CancellationToken cancellationToken) => Task.WaitAsync(cancellationToken);

        void IHomeTicket.Answer(HomeAnswer answer) => SetResult(answer);
    }
}

/// <summary>The answer to a creation.</summary>
public abstract record CreateResult
{
    private CreateResult() { }   // these two and no more

    /// <summary>The stream is there, durably.</summary>
    /// <param name="Header">What it is now.</param>
    /// <param name="IsNew">Whether this call made it.</param>
    public sealed record Ready(StreamHeader Header, bool IsNew) : CreateResult;

    /// <summary>The stream is not as asked.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : CreateResult;
}

/// <summary>The answer to opening a client's session.</summary>
public abstract record OpenResult
{
    private OpenResult() { }   // these two and no more

    /// <summary>The session is open.</summary>
    /// <param name="Header">The stream.</param>
    /// <param name="Client">The client's last number and its nonce.</param>
    public sealed record Opened(StreamHeader Header, ClientState Client) : OpenResult;

    /// <summary>It is not.</summary>
    /// <param name="Refusal">Why.</param>
    public sealed record Refused(Refusal Refusal) : OpenResult;
}

/// <summary>A stream's feed, held in memory until disposed.</summary>
public sealed class StreamWatch : IDisposable
{
    private Action? _letGo;

    internal StreamWatch(StreamFeed feed, Action letGo)
    {
        Feed = feed;
        _letGo = letGo;
    }

    /// <summary>The feed.</summary>
    public StreamFeed Feed { get; }

    /// <summary>Lets the feed go.</summary>
    public void Dispose() => Interlocked.Exchange(ref _letGo, null)?.Invoke();
}

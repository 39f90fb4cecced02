using System.Collections.Concurrent;
using Runnel.Client.Collections;
using Runnel.Client.Connection;
using Runnel.Client.Diagnostics;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Client.Sharing;
using Runnel.Client.Transport;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>
/// A device's copies of streams: always readable and writable, kept on disk, and the same on every device as soon as there is a
/// network. Safe for use by many threads.
/// </summary>
public sealed partial class RunnelClient : IAsyncDisposable
{
    private readonly ILocalStore _store;
    private readonly RunnelClientOptions _options;
    private readonly ReplicaFactory _replicate;
    private readonly ILocalWriter _writer;
    private readonly ConcurrentDictionary<StreamName, SyncedStream> _streams = new();
    private volatile ClientIdentity _identity;
    private volatile string? _storeTrouble;

    private RunnelClient(ILocalStore store, ClientShells shells, ClientIdentity identity, RunnelClientOptions options, SynchronizationContext? context)
    {
        _store = store;
        _options = options;
        _identity = identity;
        Context = context;
        Notifications = new NotificationQueue(context);
        Log = new ClientLog(options.Logger);
        _replicate = shells.Replicate;
        Connector = shells.Connect(this);
        _writer = shells.Write(store, NoteStore);
        Metrics = new ClientMetrics(this, options.Meters);
        if (store is ISharedLocalStore { } shared) Fellow = new StoreFellow(this, shared);
    }

    /// <summary>Something in <see cref="Status"/> has changed. Raised on the context on which the client was opened; without one, on a thread of the pool.</summary>
    public event EventHandler? StatusChanged;

    /// <summary>The client's id, which it keeps for life.</summary>
    public ClientId Id => _identity.Id;

    /// <summary>How the client and its streams are doing.</summary>
    public ClientStatus Status
    {
        get
        {
            lock (Gate)
            {
                var replicas = _streams.Values.Select(stream => stream.Replica).ToList();
                var streams = _streams.Values.Select(stream => stream.Status).ToList();
                return new ClientStatus(
                    StateOf(streams.TrueForAll(stream => stream.Connection == ConnectionState.Online)),
                    streams.Sum(stream => stream.Pending),
                    streams.Sum(stream => stream.Rejected),
                    ClientStatus.ProgressOf(replicas.Sum(replica => replica.Head.Value), replicas.Sum(replica => replica.ServerHead.Value)),
                    streams.TrueForAll(stream => stream.LastSynced is not null) ? streams.Min(stream => stream.LastSynced) : null,
                    _storeTrouble ?? Connector.Trouble ?? streams.Select(stream => stream.LastError).FirstOrDefault(words => words is not null))
                {
                    Warning = _store.Warning,
                };
            }
        }
    }

    /// <summary>Whether the app has switched the network off. Switched on again, a connection is tried at once.</summary>
    public bool IsSwitchedOff
    {
        get => Connector.IsSwitchedOff;
        set
        {
            Connector.IsSwitchedOff = value;
            Fellow?.NoteSwitch(value);
        }
    }

    internal Lock Gate { get; } = new();

    internal IConnector Connector { get; }

    /// <summary>What this instance is among those that have the local store open; <c>null</c> where it is alone.</summary>
    internal StoreFellow? Fellow { get; }

    internal ClientIdentity Identity => _identity;

    internal SynchronizationContext? Context { get; }

    internal NotificationQueue Notifications { get; }

    internal ClientLog Log { get; }

    internal ClientMetrics Metrics { get; }

    internal IEnumerable<SyncedStream> Streams => _streams.Values;

    internal RunnelClientOptions Options => _options;

    /// <summary>Opens the copies that <paramref name="local"/> has kept, and goes on synchronizing them with <paramref name="server"/>. Being offline is fine.</summary>
    /// <param name="server">The server's address, such as <c>https://example.org</c>.</param>
    /// <param name="local">Where the copies are kept.</param>
    /// <param name="options">What differs from the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting for a store that another process has.</param>
    /// <exception cref="LocalStoreException">The local store cannot be opened or read.</exception>
    public static Task<RunnelClient> OpenAsync(
        string server, ILocalStoreSource local, RunnelClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        var chosen = options ?? new RunnelClientOptions();
        return OpenAsync(
            local,
            chosen,
            new ClientShells(
                client => new Connector(client, chosen.Transport ?? new WebSocketTransport(new Uri(server)), chosen),
                (store, report) => new LocalWriter(store, chosen.Time, report)),
            cancellationToken);
    }

    /// <summary>Opens the copies that <paramref name="local"/> has kept, driven by <paramref name="shells"/>.</summary>
    /// <exception cref="LocalStoreException">The local store cannot be opened or read.</exception>
    internal static async Task<RunnelClient> OpenAsync(ILocalStoreSource local, RunnelClientOptions options, ClientShells shells, CancellationToken cancellationToken)
    {
        var context = SynchronizationContext.Current;   // that of the app, which the awaits below may leave
        var store = await local.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var identity = await ReadIdentityAsync(store, options.Ids, cancellationToken).ConfigureAwait(false);
            var client = new RunnelClient(store, shells, identity, options, context);
            await client.LoadAsync(cancellationToken).ConfigureAwait(false);
            if (client.Fellow is { } fellow) await fellow.StartAsync(cancellationToken).ConfigureAwait(false);
            if (!client.IsFollowing) client.Connector.Start();
            return client;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The copy of a stream; from its first mention on it is synchronized.</summary>
    /// <param name="name">The stream's name, such as <c>todo:home</c>.</param>
    /// <param name="settings">
    /// The settings to create it with, or the rules to add to it, if the server lets them be added; <c>null</c> to take it as it is.
    /// </param>
    /// <exception cref="FormatException"><paramref name="name"/> is no stream name.</exception>
    /// <exception cref="InvalidOperationException">The copy is in the local store and not in memory: it is to be opened by <see cref="OpenStreamAsync"/>.</exception>
    public SyncedStream Stream(string name, StreamSettings? settings = null)
    {
        var stream = StreamName.Parse(name);
        lock (Gate)
        {
            ThrowIfResting(stream);
            var known = StreamOf(stream, settings);
            known.IsWanted = true;
            return known;
        }
    }

    /// <summary>Completes when every edit made so far is on this device's disk. While that is full it waits, and <see cref="Status"/> says so.</summary>
    /// <exception cref="LocalStoreException">The client was closed, and could not write them.</exception>
    public Task FlushAsync() => _writer.FlushAsync();

    /// <summary>Tries a connection at once: for when the app learns that the network is back.</summary>
    public void ConnectNow()
    {
        Connector.ConnectNow();
        Fellow?.NoteWanted();
    }

    /// <summary>Writes what is left and closes. Nothing is lost: what was not sent goes out when the client is opened again.</summary>
    /// <exception cref="LocalStoreException">What was left could not be written.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Fellow is not null) await Fellow.DisposeAsync().ConfigureAwait(false);
        await Connector.DisposeAsync().ConfigureAwait(false);
        try
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            Metrics.Dispose();
            await _store.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The copy of a stream that does not rest; the gate is held.</summary>
    internal SyncedStream StreamOf(StreamName stream, StreamSettings? settings)
    {
        if (Find(stream) is not { } known)
        {
            known = Add(stream, LoadedStream.Empty(settings ?? StreamSettings.Default));
            if (IsFollowing) known.Mention();
            else Write([known.Replica.FirstRow], null);
            Connector.Join(known);
        }
        if (settings is not null) known.Want(settings);
        return known;
    }

    internal SyncedStream? Find(StreamName name) => _streams.GetValueOrDefault(name);

    internal bool IsFollowing => Fellow is { IsFollowing: true };

    internal ConnectionState StateOf(bool isCaughtUp) =>
        IsFollowing ? Connector.IsSwitchedOff ? ConnectionState.SwitchedOff : Fellow!.LeaderState
        : Connector.State == ConnectionState.Online && !isCaughtUp ? ConnectionState.CatchingUp : Connector.State;

    internal void Write(IEnumerable<LocalWrite> writes, Action? then) => _writer.Write(writes, then);

    /// <summary>Stores a higher session, and gives who is to say hello with it.</summary>
    internal async Task<ClientIdentity> NextSessionAsync(CancellationToken cancellationToken)
    {
        var identity = Change(identity => identity.WithNextSession(_options.Ids));
        await FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return identity;
    }

    /// <summary>The store was found to be a copy: goes on under a new id, in all streams at once; the gate is held.</summary>
    internal void GiveUpId()
    {
        TakeId(_identity.GivenUp(HasPending, _options.Ids));
    }

    /// <summary>Parts from the copies of this store, if all is stored that they may share: goes on under an id of its own; the gate is held.</summary>
    internal bool TryPart()
    {
        if (!_identity.IsHeir || HasPending) return false;
        TakeId(_identity.Parted(_options.Ids));
        return true;
    }

    /// <summary>A former id is ended everywhere.</summary>
    internal Task ForgetFormerAsync(ClientIdentity former, CancellationToken cancellationToken)
    {
        Change(identity => identity with { Former = [.. identity.Former.Where(known => known.Id != former.Id)] });
        return FlushAsync().WaitAsync(cancellationToken);
    }

    internal void RaiseStatusChanged()
    {
        Metrics.NoteConnection(Connector.State);
        Fellow?.NoteState(Connector.State);
        Post(() => StatusChanged?.Invoke(this, EventArgs.Empty));
    }

    /// <summary>Runs <paramref name="action"/> where the app wants to be told things, after what was posted before.</summary>
    internal void Post(Action action) => Notifications.Post(action);

    private bool HasPending => _streams.Values.Any(stream => stream.Replica.Outbox.PendingCount > 0);

    private void TakeId(ClientIdentity identity)
    {
        _identity = identity;
        Write([identity.Write(), .. _streams.Values.SelectMany(stream => stream.GiveUpId(identity.Id))], null);
    }

    private ClientIdentity Change(Func<ClientIdentity, ClientIdentity> change)
    {
        lock (Gate)
        {
            _identity = change(_identity);
            Write([_identity.Write()], null);
            return _identity;
        }
    }

    /// <summary>Goes on as who the leader says that all instances are; the gate is held.</summary>
    internal void Follow(ClientIdentity identity)
    {
        _identity = identity;
        foreach (var stream in _streams.Values) stream.Replica.Follow(identity.Id);
    }

    /// <summary>The copy of a stream that the leader has written something about; <c>null</c> if it rests here; the gate is held.</summary>
    internal SyncedStream? TryFollowStream(StreamName name)
    {
        if (Find(name) is { } known) return known;
        if (_options.LoadsStreamsWhenOpened) _resting.Add(name);
        return _resting.Contains(name) ? null : Add(name, LoadedStream.Empty(StreamSettings.Default));
    }

    /// <summary>The steps that this instance has handed over, that are on disk, and that wait for the leader.</summary>
    internal IReadOnlyList<HandedName> DurableHanded()
    {
        lock (Gate) return [.. _streams.Values.SelectMany(stream => stream.DurableHanded())];
    }

    internal void NoteStore(Exception? failure)
    {
        _storeTrouble = failure?.Message;
        RaiseStatusChanged();
    }

    private SyncedStream Add(StreamName name, LoadedStream loaded)
    {
        var stream = new SyncedStream(this, _replicate(name, Id, loaded, _options.Ids), loaded.Conflicts);
        _streams[name] = stream;
        if (IsFollowing) stream.Replica.Follow();
        return stream;
    }

    private static async Task<ClientIdentity> ReadIdentityAsync(ILocalStore store, IdSource ids, CancellationToken cancellationToken)
    {
        await foreach (var row in store.ReadAsync(LocalKind.Client, "", cancellationToken).ConfigureAwait(false)) return ClientIdentity.Read(row.Value.Span);
        var identity = new ClientIdentity(ClientId.Parse(ids.NewId()), 0);
        await store.CommitAsync([identity.Write()], cancellationToken).ConfigureAwait(false);
        return identity;
    }
}

using System.Collections.Concurrent;
using Runnel.Client.Collections;
using Runnel.Client.Connection;
using Runnel.Client.Diagnostics;
using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Client.Transport;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>
/// A device's copies of streams: always readable and writable, kept on disk, and the same on every device as soon as there is a
/// network. Safe for use by many threads.
/// </summary>
public sealed class RunnelClient : IAsyncDisposable
{
    private readonly ILocalStore _store;
    private readonly RunnelClientOptions _options;
    private readonly LocalWriter _writer;
    private readonly Connector _connector;
    private readonly ConcurrentDictionary<StreamName, SyncedStream> _streams = new();
    private volatile ClientIdentity _identity;

    private RunnelClient(ILocalStore store, ITransport transport, ClientIdentity identity, RunnelClientOptions options, SynchronizationContext? context)
    {
        _store = store;
        _options = options;
        _identity = identity;
        Context = context;
        Notifications = new NotificationQueue(context);
        Log = new ClientLog(options.Logger);
        Metrics = new ClientMetrics(this, options.Meters);
        _writer = new LocalWriter(store, options.Time, failure => _connector!.Report(failure?.Message));
        _connector = new Connector(this, transport, options);
    }

    /// <summary>Something in <see cref="Status"/> has changed. Raised on the context on which the client was opened; without one, on a thread of the pool.</summary>
    public event EventHandler? StatusChanged;

    /// <summary>The client's id, which it keeps for life.</summary>
    public ClientId Id => _identity.Id;

    /// <summary>How the client and its streams are doing.</summary>
    public ClientStatus Status => _connector.Status;

    /// <summary>Whether the app has switched the network off. Switched on again, a connection is tried at once.</summary>
    public bool IsSwitchedOff
    {
        get => _connector.IsSwitchedOff;
        set => _connector.IsSwitchedOff = value;
    }

    internal Lock Gate { get; } = new();

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
    public static async Task<RunnelClient> OpenAsync(
        string server, ILocalStoreSource local, RunnelClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RunnelClientOptions();
        var context = SynchronizationContext.Current;   // that of the app, which the awaits below may leave
        var store = await local.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var identity = await ReadIdentityAsync(store, options.Ids, cancellationToken).ConfigureAwait(false);
            var client = new RunnelClient(store, options.Transport ?? new WebSocketTransport(new Uri(server)), identity, options, context);
            await foreach (var row in store.ReadAsync(LocalKind.Stream, "", cancellationToken).ConfigureAwait(false))
            {
                var loaded = await LoadedStream.ReadAsync(store, row, cancellationToken).ConfigureAwait(false);
                client.Add(StreamName.Parse(row.Name), loaded, null);
            }
            client._connector.Start();
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
    /// <param name="settings">The settings to create it with, if nobody has created it yet; the defaults if <c>null</c>.</param>
    /// <exception cref="FormatException"><paramref name="name"/> is no stream name.</exception>
    public SyncedStream Stream(string name, StreamSettings? settings = null)
    {
        var stream = StreamName.Parse(name);
        if (_streams.TryGetValue(stream, out var known)) return known;
        lock (Gate)
        {
            if (_streams.TryGetValue(stream, out known)) return known;
            var made = Add(stream, LoadedStream.Empty(settings ?? StreamSettings.Default), settings ?? StreamSettings.Default);
            Write([made.Replica.FirstRow], null);
            _connector.Join(made);
            return made;
        }
    }

    /// <summary>Completes when every edit made so far is on this device's disk.</summary>
    public Task FlushAsync() => _writer.FlushAsync();

    /// <summary>Tries a connection at once: for when the app learns that the network is back.</summary>
    public void ConnectNow() => _connector.ConnectNow();

    /// <summary>Writes what is left and closes. Nothing is lost: what was not sent goes out when the client is opened again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
    }

    internal void Write(IEnumerable<LocalWrite> writes, Action? then) => _writer.Write(writes, then);

    /// <summary>Stores a session one higher, and gives who is to say hello with it.</summary>
    internal async Task<ClientIdentity> NextSessionAsync()
    {
        _identity = _identity with { Session = _identity.Session + 1 };
        Write([_identity.Write()], null);
        await FlushAsync().ConfigureAwait(false);
        return _identity;
    }

    internal void RaiseStatusChanged()
    {
        Metrics.NoteConnection(_connector.Status.Connection);
        Post(() => StatusChanged?.Invoke(this, EventArgs.Empty));
    }

    /// <summary>Runs <paramref name="action"/> where the app wants to be told things, after what was posted before.</summary>
    internal void Post(Action action) => Notifications.Post(action);

    private SyncedStream Add(StreamName name, LoadedStream loaded, StreamSettings? create)
    {
        var stream = new SyncedStream(this, new StreamReplica(name, Id, loaded, _options.Ids), loaded.Conflicts, create);
        _streams[name] = stream;
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

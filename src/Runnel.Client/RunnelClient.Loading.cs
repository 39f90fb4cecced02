using Runnel.Client.LocalStore;
using Runnel.Client.Replica;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>Which copies are in memory and synchronized, and which rest in the local store.</summary>
public sealed partial class RunnelClient
{
    private readonly HashSet<StreamName> _resting = [];
    private readonly SemaphoreSlim _loading = new(1, 1);

    /// <summary>
    /// Opens the copy of a stream that may rest in the local store (<see cref="RunnelClientOptions.LoadsStreamsWhenOpened"/>, <see cref="SyncedStream.CloseAsync"/>); like
    /// <see cref="Stream"/> else. From then on it is in memory and synchronized.
    /// </summary>
    /// <param name="name">The stream's name.</param>
    /// <param name="settings">As for <see cref="Stream"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; the copy may be opened all the same.</param>
    /// <exception cref="FormatException"><paramref name="name"/> is no stream name.</exception>
    /// <exception cref="LocalStoreException">The local store cannot be read.</exception>
    public async ValueTask<SyncedStream> OpenStreamAsync(string name, StreamSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var stream = StreamName.Parse(name);
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Fellow is { } fellow) await fellow.BetweenNewsAsync(() => WakeAsync(stream, cancellationToken), cancellationToken).ConfigureAwait(false);
            else await WakeAsync(stream, cancellationToken).ConfigureAwait(false);
            lock (Gate)
            {
                if (IsFollowing) Find(stream)?.Mention();   // it may rest where it is synchronized
                return Stream(name, settings);
            }
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Lets a copy rest in the local store, as far as this instance goes; <c>false</c> if it has edits to send, and stays.</summary>
    internal async ValueTask<bool> LetRestAsync(SyncedStream stream, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (Gate)
            {
                if (stream.Replica.Outbox.PendingCount > 0) return false;
                stream.Leave();
                _streams.TryRemove(stream.Replica.Stream, out _);
                _resting.Add(stream.Replica.Stream);
            }
            await FlushAsync().WaitAsync(cancellationToken).ConfigureAwait(false);   // whoever opens it again reads it from there
        }
        finally
        {
            _loading.Release();
        }
        Fellow?.NoteClosed(stream.Replica.Stream);
        RaiseStatusChanged();
        return true;
    }

    /// <summary>Loads the copies that are to be in memory: all, or those alone that have something to send.</summary>
    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in _store.ReadAsync(LocalKind.Stream, "", cancellationToken).ConfigureAwait(false))
        {
            if (_options.LoadsStreamsWhenOpened && !await HasEditsAsync(row.Name, cancellationToken).ConfigureAwait(false)) _resting.Add(StreamName.Parse(row.Name));
            else Add(StreamName.Parse(row.Name), await LoadedStream.ReadAsync(_store, row, cancellationToken).ConfigureAwait(false));
        }
    }

    private async ValueTask<bool> HasEditsAsync(string stream, CancellationToken cancellationToken)
    {
        await foreach (var _ in _store.ReadAsync(LocalKind.Pending, stream, cancellationToken).ConfigureAwait(false)) return true;
        return false;
    }

    /// <summary>Brings a copy that rests into memory.</summary>
    internal async Task WakeAsync(StreamName stream, CancellationToken cancellationToken)
    {
        if (!IsResting(stream)) return;
        var loaded = LoadedStream.Empty(StreamSettings.Default);
        await foreach (var row in _store.ReadAsync(LocalKind.Stream, "", cancellationToken).ConfigureAwait(false))
        {
            if (row.Name == stream.Value) loaded = await LoadedStream.ReadAsync(_store, row, cancellationToken).ConfigureAwait(false);
        }
        lock (Gate)
        {
            if (_resting.Remove(stream)) Connector.Join(Add(stream, loaded));
        }
    }

    /// <summary>What has edits to send does not rest; another instance may have made some.</summary>
    internal async Task WakeThoseWithEditsAsync(CancellationToken cancellationToken)
    {
        StreamName[] resting;
        lock (Gate) resting = [.. _resting];
        foreach (var stream in resting)
        {
            if (await HasEditsAsync(stream.Value, cancellationToken).ConfigureAwait(false)) await WakeAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    internal bool IsResting(StreamName stream)
    {
        lock (Gate) return _resting.Contains(stream);
    }

    private void ThrowIfResting(StreamName stream)
    {
        if (_resting.Contains(stream)) throw new InvalidOperationException($"The copy of {stream} rests in the local store: open it with OpenStreamAsync.");
    }
}

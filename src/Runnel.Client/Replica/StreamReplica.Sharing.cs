using System.Globalization;
using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Records;
using Pending = Runnel.Client.Outbox.PendingEvent;

namespace Runnel.Client.Replica;

/// <summary>The side of the replica that follows another, which has written to the local store that both share.</summary>
internal sealed partial class StreamReplica
{
    // What the leader has written; beneath what was edited here since. Null where this replica leads.
    private Dictionary<long, Pending>? _written;
    private readonly HashSet<long> _touched = [];

    /// <summary>From now on, what others write is what counts, and own edits only lie over it.</summary>
    public void Follow() => _written = _outbox.Events.ToDictionary(pending => pending.Place);

    /// <summary>From now on, what this replica writes is what counts.</summary>
    public void Lead()
    {
        _outputs = [];
        Uncover();
        _written = null;
    }

    /// <summary>Takes what the leader has written; own edits are to be made again over it.</summary>
    /// <exception cref="LocalStoreException">A row cannot be read.</exception>
    public void TakeOver(IReadOnlyList<LocalWrite> rows, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        Uncover();
        try
        {
            foreach (var row in rows.Where(row => row.Key.Kind == LocalKind.Stream)) TakeState(StreamState.Read(row.Value!.Value.Span));
            foreach (var key in _confirmed.Replace(Head, rows.Where(row => row.Key.Kind == LocalKind.Record).Select(row => row.Value!.Value))) Change(key);
            foreach (var row in rows.Where(row => row.Key.Kind == LocalKind.Pending)) TakePending(long.Parse(row.Key.Name, CultureInfo.InvariantCulture), row.Value);
        }
        catch (FormatException exception)
        {
            throw new LocalStoreException($"What another tab or process has kept of {Stream} cannot be read: {exception.Message}", exception);
        }
        foreach (var row in rows.Where(row => row.Key.Kind == LocalKind.Conflict)) _lastConflict = Math.Max(_lastConflict, long.Parse(row.Key.Name, CultureInfo.InvariantCulture));
    }

    /// <summary>Takes what the store holds in the place of all that was known; own edits are to be made again over it.</summary>
    public void ReadAgain(LoadedStream loaded, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        var keys = Keys.ToHashSet();
        foreach (var pending in _outbox.Events.ToList()) _outbox.TakeOver(pending.Place, null);
        foreach (var pending in loaded.Outbox) _outbox.TakeOver(pending.Place, pending);
        (_state, _confirmed) = (loaded.State.Of(Client), loaded.Records);
        _lastConflict = Math.Max(_lastConflict, loaded.LastConflict);
        _lastBatch = Math.Max(_lastBatch, loaded.Outbox.Max(pending => pending.Batch) ?? 0);
        _touched.Clear();
        _seen = Head;
        if (_written is not null) Follow();
        foreach (var key in keys.Union(Keys)) Change(key);
    }

    /// <summary>Goes on under the id that the leader has.</summary>
    public void Follow(ClientId client) => Client = client;

    /// <summary>How the leader stands to the server's stream.</summary>
    public void Follow(bool hasDiverged, string? trouble) => (HasDiverged, Trouble) = (hasDiverged, trouble);

    /// <summary>Lets the outbox be as the leader has written it.</summary>
    private void Uncover()
    {
        foreach (var place in _touched)
        {
            if (_outbox.TryFind(place, out var own)) Change(own.Key);
            var written = _written!.GetValueOrDefault(place);
            if (written is not null) Change(written.Key);
            _outbox.TakeOver(place, written);
        }
        _touched.Clear();
    }

    private void TakeState(StreamState state)
    {
        var isOther = !state.Settings.Equals(Settings);
        var wasEmpty = Head.IsNone;
        _state = state;
        if (!isOther) return;
        if (wasEmpty) _confirmed = new RecordSet(state.Settings);
        else _confirmed.Adopt(state.Settings);
        foreach (var key in Keys.ToList()) Change(key);
    }

    private void TakePending(long place, ReadOnlyMemory<byte>? row)
    {
        if (_outbox.TryFind(place, out var known)) Change(known.Key);
        _written!.Remove(place);
        Pending? written = null;
        if (row is { } value)
        {
            written = PendingEventCodec.Read(place, value.Span);
            _written.Add(place, written);
            Change(written.Key);
            if (written.Rejection is { } refusal && known?.Rejection is null) _outputs.Add(new ReplicaOutput.Rejected([written], refusal));
        }
        _outbox.TakeOver(place, written);
    }

    /// <summary>Remembers which places differ from what the leader has written.</summary>
    private void Touch(long place)
    {
        if (_written is not null) _touched.Add(place);
    }
}

namespace Runnel.Client;

/// <summary>What stands between this copy and the server's stream, and the way on where that is another.</summary>
public sealed partial class SyncedStream
{
    // What the other instances know of it; null for one that leads since others did.
    private (bool HasDiverged, string? Words)? _sharedTrouble = (false, null);

    /// <summary>What stands in the way of this stream alone, such as a server that has lost a part of it; <c>null</c> if nothing does.</summary>
    public string? Trouble
    {
        get
        {
            lock (_client.Gate) return Replica.Trouble;
        }
    }

    /// <summary>
    /// Whether the server has another history of this stream than this device: it was deleted and made anew, or restored from an old backup. Nothing is sent or
    /// taken until <see cref="StartOverAsync"/>.
    /// </summary>
    public bool HasDiverged
    {
        get
        {
            lock (_client.Gate) return Replica.HasDiverged;
        }
    }

    /// <summary>
    /// Takes the stream as the server has it now, where that is another than this device holds (<see cref="HasDiverged"/>). The device's copy of what was confirmed is
    /// given up, and so are the conflicts listed of it; edits that were not sent are kept, and sent as ones whose author had seen nothing of the new stream. An update of
    /// an object that the new stream does not have shows nothing. Completes when that is on disk; where another tab leads, when the wish is, which the leader fulfils.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream has not diverged: there is nothing to give up.</exception>
    public Task StartOverAsync()
    {
        lock (_client.Gate)
        {
            ThrowIfClosed();
            if (!Replica.HasDiverged) throw new InvalidOperationException($"The server's {Name} is what this device holds; there is no need to start over.");
            if (IsFollowing) HandOverGivingUp();
            else StartOver();
        }
        return _client.FlushAsync();
    }

    /// <summary>Takes what the leader says of how it stands to the server's stream; the gate is held.</summary>
    internal void FollowTrouble(bool hasDiverged, string? words)
    {
        Replica.Follow(hasDiverged, words);
        _client.RaiseStatusChanged();
    }

    /// <summary>Tells instances that may have just come how the stream stands, if something is wrong with it; the gate is held.</summary>
    internal void ShareTroubleAnew()
    {
        if (Replica.HasDiverged || Replica.Trouble is not null) _sharedTrouble = null;
        ShareTrouble();
    }

    private void StartOver()
    {
        Together(() =>
        {
            foreach (var conflict in _conflicts.ToList()) Dismiss(conflict);
            Replica.StartOver(_outputs);
        });
        ShareTrouble();
        _client.Connector.Join(this);
    }

    private void HandOverGivingUp() => Together(() =>
    {
        _step.GivesUp = Replica.Id;
        _isChanged = true;
    });

    private void ShareTrouble()
    {
        if (_client.Fellow is not { IsFollowing: false } fellow || _sharedTrouble == (Replica.HasDiverged, Replica.Trouble)) return;
        _sharedTrouble = (Replica.HasDiverged, Replica.Trouble);
        fellow.NoteTrouble(Replica.Stream, Replica.HasDiverged, Replica.Trouble);
    }
}

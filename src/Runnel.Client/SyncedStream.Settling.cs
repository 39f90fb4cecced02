using Runnel.Client.Replica;

namespace Runnel.Client;

/// <summary>How what the replica wants done is done: on disk, on the wire, in the objects.</summary>
public sealed partial class SyncedStream
{
    private void MakeBatch(Action edits)
    {
        var isMade = false;
        try
        {
            edits();
            isMade = true;
        }
        finally
        {
            if (!isMade)
            {
                _step = new();
                Do((replica, outputs) => replica.Undo(_batch!.Value, outputs));
            }
            _batch = null;
        }
    }

    /// <summary>Whatever <paramref name="steps"/> write goes into one transaction, and nothing is sent before that.</summary>
    private void Together(Action steps)
    {
        _together++;
        try
        {
            steps();
        }
        finally
        {
            _together--;
            Settle();
        }
    }

    /// <summary>
    /// Does what the replica wants done: what is written goes into one transaction, what is sent waits for it. Objects and conflicts
    /// follow at once.
    /// </summary>
    private void Settle()
    {
        if (_together == 0) Replica.TrySend(_outputs);
        if (_outputs.Count > 0)
        {
            var outputs = _outputs.ToList();
            _outputs.Clear();
            _writes.AddRange(outputs.OfType<ReplicaOutput.Write>().Select(write => write.Row));
            _messages.AddRange(outputs.OfType<ReplicaOutput.Send>().Select(send => send.Message));
            _isChanged = true;
            Together(() => Show(outputs));
            return;
        }
        if (_together > 0) return;
        if (!_isChanged)
        {
            _step = new();   // it came to nothing
            return;
        }
        _isChanged = false;
        if (IsFollowing) HandOver();
        else Write();
        _writes.Clear();
        _messages.Clear();
        _client.RaiseStatusChanged();
    }

    private void Write()
    {
        var (messages, say) = (_messages.ToList(), Say);
        _client.Write([.. _writes], messages.Count == 0 || say is null ? null : () => messages.ForEach(say));
    }

    /// <summary>Shows the objects what became of them, then lets the app's rules settle what they can.</summary>
    private void Show(List<ReplicaOutput> outputs)
    {
        foreach (var output in outputs) Note(output);
        var changed = Refresh(outputs);
        if (IsFollowing) return;   // the leader settles
        SettleConflicts([.. outputs.OfType<ReplicaOutput.Conflicted>().Select(output => output.Conflict)]);
        foreach (var key in changed) _collections[key.Collection].SettleSiblings(key);
    }

    private List<ObjectKey> Refresh(List<ReplicaOutput> outputs)
    {
        var changed = outputs.OfType<ReplicaOutput.Changed>().Select(output => output.Key).Distinct().Where(key => _collections.ContainsKey(key.Collection)).ToList();
        foreach (var key in changed) _collections[key.Collection].Refresh(key);
        return changed;
    }

    private void SettleConflicts(List<KeptConflict> conflicts)
    {
        // Looked at before any is settled: the result for one must not pass for that of another.
        var settled = conflicts.Where(conflict => _collections.TryGetValue(conflict.Key.Collection, out var collection) && collection.IsSettled(conflict)).ToHashSet();
        foreach (var conflict in conflicts)
        {
            if (settled.Contains(conflict) || (_collections.TryGetValue(conflict.Key.Collection, out var collection) && collection.TrySettle(conflict))) Dismiss(conflict);
        }
    }

    private void RaiseConflictsChanged() => _client.Post(() => ConflictsChanged?.Invoke(this, EventArgs.Empty));

    private void Note(ReplicaOutput output)
    {
        switch (output)
        {
            case ReplicaOutput.Conflicted conflicted:
                _conflicts.Add(conflicted.Conflict);
                _client.Metrics.CountConflict();
                RaiseConflictsChanged();
                break;
            case ReplicaOutput.Rejected rejected:
                _client.Log.Rejected(Name, rejected.Events.Count, rejected.Refusal.Message);
                _client.Post(() => Rejected?.Invoke(this, EventArgs.Empty));
                break;
            default: _client.Connector.Note(this, output); break;
        }
        if (output is ReplicaOutput.StandsStill or ReplicaOutput.FoundCopy) _client.Log.StandsStill(Name, Replica.Trouble ?? "");
    }
}

using Runnel.Client.Connection;
using Runnel.Protocol;

namespace Runnel.Client.Replica;

/// <summary>
/// The side of the replica that finds out that its store is a copy, a restored backup or a cloned device, and goes on under a new id
/// without losing or doubling an edit.
/// </summary>
internal sealed partial class StreamReplica
{
    private Seq? _matchUntil;

    /// <summary>
    /// Goes on as <paramref name="newId"/>: takes all numbers back. Nothing is sent before the stream is read to the head that it has at
    /// the next subscribe, and what stands there under a former id is taken out of the outbox. By then, the former id must be ended.
    /// </summary>
    public void GiveUpId(ClientId newId, List<ReplicaOutput> outputs)
    {
        _outputs = outputs;
        Disconnect();
        _isStopped = true;   // what the old connection still says is said to the old id: it may tell of a head before the one at which that was ended
        IReadOnlyList<ClientId> former = _outbox.Events.Any() ? [.. _state.FormerIds, Client] : [];
        Client = newId;
        _acknowledged = 0;
        _matchUntil = null;
        _timesSuperseded = 0;
        _state = _state.Of(newId) with { LastOwn = 0, LastNonce = null, FormerIds = former, LastFormerPlace = _outbox.NextPlace - 1 };
        _outbox.UnfreezeBehind(0);
        WriteState();
        foreach (var key in _outbox.Events.Select(pending => pending.Key).ToHashSet()) Change(key);
    }

    /// <summary>Whether somebody else has published under this client's id: a backup was restored, or a device cloned.</summary>
    private string? WhyCopy(ServerMessage.Subscribed subscribed)
    {
        var last = subscribed.LastClientSeq;
        if (last == 0) return null;
        string? made;
        if (last == _state.LastOwn) made = _state.LastNonce;
        else if (_outbox.TryFindFrozen(last, out var frozen)) made = frozen.Nonce;
        else return $"The server has event {last} of this client, which was never made here.";
        return made == subscribed.Nonce ? null : $"Event {last} of this client at the server is not the one that was made here.";
    }

    private void BeginMatching(Seq head)
    {
        if (_state.FormerIds.Count == 0) return;
        _matchUntil ??= head;
        if (EndMatching()) WriteState();
    }

    /// <summary>An earlier life of this store has published it already, or its twin has: it is not sent again.</summary>
    private void TakeMatching(StreamEvent stored)
    {
        if (_state.FormerIds.Contains(stored.Client)) _outbox.TryTakeEqual(stored.Event, _state.LastFormerPlace);
    }

    /// <summary>A twin has given this id up, and perhaps published under the next one what is pending here too.</summary>
    private bool IsOfTwin(StreamEvent stored) => stored.Client != Client && ClientIdentity.IsHeirOf(stored.Client, Client);

    /// <summary>Whether the event may stand in the stream under a former id, so that it must stay as it is until that is known.</summary>
    private bool MayBeStored(Outbox.PendingEvent pending) => _state.FormerIds.Count > 0 && pending.Place <= _state.LastFormerPlace;

    /// <summary>Everything has been read that can stand there under a former id.</summary>
    private bool EndMatching()
    {
        if (_matchUntil is not { } until || Head < until) return false;
        _matchUntil = null;
        _state = _state with { FormerIds = [] };
        return true;
    }
}

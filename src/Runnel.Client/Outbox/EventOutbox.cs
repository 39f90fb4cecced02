using System.Diagnostics.CodeAnalysis;
using Runnel.Protocol;

namespace Runnel.Client.Outbox;

/// <summary>
/// The events made here that have not yet come back with a seq, in the order in which they were made, and what is on its way of
/// them. It decides what is frozen and sent next, and what becomes of it; it does no I/O. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// One publish is under way at a time. A frozen event keeps its number and bytes until its outcome is known; a refusal uses up no
/// number, so what stands behind a refused event is frozen anew.
/// </remarks>
internal sealed class EventOutbox
{
    private readonly SortedDictionary<long, PendingEvent> _events = [];
    private readonly SortedDictionary<long, PendingEvent> _frozen = [];
    private readonly Dictionary<ObjectKey, SortedSet<long>> _places = [];
    private readonly Action<PendingEvent> _put;
    private readonly Action<long> _removed;
    private long _lastPlace;
    private int _atomLimit = int.MaxValue;

    /// <summary>Makes an outbox of what a store has kept.</summary>
    /// <param name="kept">The events, in order.</param>
    /// <param name="put">Told of each event that is to be written.</param>
    /// <param name="removed">Told of each place that is to be deleted.</param>
    public EventOutbox(IEnumerable<PendingEvent> kept, Action<PendingEvent> put, Action<long> removed)
    {
        _put = put;
        _removed = removed;
        foreach (var pending in kept) Index(pending);
    }

    /// <summary>The publish under way; <c>null</c> if there is none.</summary>
    public OutboxPublish? InFlight { get; private set; }

    /// <summary>All events, in order, rejected ones too.</summary>
    public IEnumerable<PendingEvent> Events => _events.Values;

    /// <summary>How many events wait or are on their way.</summary>
    public int PendingCount => _events.Count - RejectedCount;

    /// <summary>How many events are rejected and kept.</summary>
    public int RejectedCount { get; private set; }

    /// <summary>The highest number that is frozen; <c>null</c> if none is.</summary>
    public long? LastFrozen => _frozen.Count == 0 ? null : _frozen.Keys.Last();

    /// <summary>The place that the next event gets.</summary>
    public long NextPlace => _lastPlace + 1;

    /// <summary>The events of an object that apps see the effect of, in order.</summary>
    public IEnumerable<PendingEvent> Of(ObjectKey key) => AllOf(key).Where(pending => pending.Rejection is null);

    /// <summary>The rejected events of an object, in order.</summary>
    public IEnumerable<PendingEvent> RejectedOf(ObjectKey key) => AllOf(key).Where(pending => pending.Rejection is not null);

    /// <summary>Finds the event at a place.</summary>
    public bool TryFind(long place, [NotNullWhen(true)] out PendingEvent? pending) => _events.TryGetValue(place, out pending);

    /// <summary>Finds the event that was frozen as number <paramref name="clientSeq"/>.</summary>
    public bool TryFindFrozen(long clientSeq, [NotNullWhen(true)] out PendingEvent? pending) => _frozen.TryGetValue(clientSeq, out pending);

    /// <summary>Adds an event at the end.</summary>
    public void Add(EventDraft draft, long? batch, CanonicalJson? was = null) => Put(new PendingEvent(NextPlace, draft, batch) { Was = was });

    /// <summary>Puts another event in the place of one.</summary>
    public void Replace(PendingEvent pending) => Put(pending);

    /// <summary>Takes an event away.</summary>
    public void Remove(PendingEvent pending)
    {
        Drop(pending);
        _removed(pending.Place);
    }

    /// <summary>Lets a place hold what another instance has written there; <c>null</c> for nothing.</summary>
    public void TakeOver(long place, PendingEvent? written)
    {
        if (_events.TryGetValue(place, out var known)) Drop(known);
        if (written is not null) Index(written);
    }

    /// <summary>
    /// The next publish: what is frozen already, exactly as it was, else the next events, frozen now. <c>null</c> while one is under
    /// way, or if there is nothing to send.
    /// </summary>
    /// <param name="acknowledged">The highest number that is durable at the server: the next one follows it.</param>
    /// <param name="newNonce">Makes a nonce.</param>
    /// <param name="limits">What the server accepts.</param>
    public OutboxPublish? TakeNext(long acknowledged, Func<string> newNonce, ProtocolLimits limits)
    {
        if (InFlight is not null) return null;
        if (LastFrozen > acknowledged) return InFlight = Refrozen(acknowledged);
        var next = new OutboxQueue(_events.Values).Take(_atomLimit, limits);
        if (next.Count == 0) return null;
        var nonce = newNonce();
        for (var i = 0; i < next.Count; i++)
        {
            next[i] = next[i].Freeze(acknowledged + 1 + i, nonce);
            Put(next[i]);
        }
        return InFlight = new OutboxPublish(nonce, next);
    }

    /// <summary>The publish under way is durable at the server; its events leave when they come back with their seqs.</summary>
    public void Acknowledge()
    {
        InFlight = null;
        if (_atomLimit < int.MaxValue / 2) _atomLimit *= 2;
        else _atomLimit = int.MaxValue;
    }

    /// <summary>
    /// The publish under way is refused for good, and no number is used up. If it held several things that stand on their own, they
    /// are sent in smaller parts to find the culprit; else its events are set aside with the reason. Answers those.
    /// </summary>
    public IReadOnlyList<PendingEvent> Refuse(Refusal refusal, long acknowledged)
    {
        var refused = InFlight!.Events;
        InFlight = null;
        UnfreezeBehind(acknowledged);
        if (OutboxQueue.CountAtoms(refused) is > 1 and var atoms)
        {
            _atomLimit = atoms / 2;
            return [];
        }
        var rejected = refused.Select(pending => _events[pending.Place].Reject(refusal)).ToList();
        rejected.ForEach(Put);
        return rejected;
    }

    /// <summary>Nothing is under way any more: the connection is lost, or the server asks to try again later.</summary>
    public void Interrupt() => InFlight = null;

    /// <summary>Takes the numbers above <paramref name="acknowledged"/> back: none of them was used, and none will be.</summary>
    public void UnfreezeBehind(long acknowledged)
    {
        foreach (var frozen in _frozen.Where(pair => pair.Key > acknowledged).Select(pair => pair.Value).ToList()) Put(frozen.Unfreeze());
    }

    /// <summary>Makes all events ones that have seen nothing and were never sent: the stream they were made for is another now.</summary>
    public void BeginAnew()
    {
        InFlight = null;
        foreach (var pending in _events.Values.ToList()) Put(pending.Unfreeze() with { Draft = pending.Draft with { PrecedingSeq = Seq.None, ClientSeq = null } });
    }

    /// <summary>Takes the first event up to <paramref name="lastPlace"/> that has the content of <paramref name="stored"/>, if there is one.</summary>
    public void TryTakeEqual(Event stored, long lastPlace)
    {
        if (AllOf(stored.Key).FirstOrDefault(pending => pending.Place <= lastPlace && pending.Draft.HasContentOf(stored)) is { } equal) Remove(equal);
    }

    /// <summary>
    /// Makes a rejected event a new edit, at the end, on the sight of <paramref name="seen"/>, as <paramref name="edited"/> would have it. A
    /// batch stays whole: what was rejected with it comes along. So does what has waited for it.
    /// </summary>
    public void Retry(PendingEvent rejected, Func<EventDraft, EventDraft> edited, Seq seen)
    {
        var waiting = new OutboxQueue(_events.Values).Blocked();
        var again = RejectedWith(rejected);
        again.ForEach(Remove);
        foreach (var pending in again) Renew(pending with { Draft = edited(pending.Draft) }, seen);
        Release(waiting, seen);
    }

    /// <summary>Lets a rejected event, and those rejected with it, wait again where they stood, made on the same sight.</summary>
    public void RetryInPlace(PendingEvent rejected, Func<EventDraft, EventDraft> edited) =>
        RejectedWith(rejected).ForEach(pending => Put(pending with { Draft = edited(pending.Draft), Rejection = null }));

    /// <summary>Gives a rejected event up. What has waited for it alone is sent, as made on the sight of <paramref name="seen"/>.</summary>
    public void Discard(PendingEvent rejected, Seq seen)
    {
        var waiting = new OutboxQueue(_events.Values).Blocked();
        Remove(rejected);
        Release(waiting, seen);
    }

    private List<PendingEvent> RejectedWith(PendingEvent rejected) =>
        rejected.Batch is null ? [rejected] : [.. _events.Values.Where(pending => pending.Rejection is not null && pending.Batch == rejected.Batch)];

    /// <summary>What no longer waits goes to the end: later edits may have been sent since, and precedingSeq must never fall.</summary>
    private void Release(IReadOnlyList<PendingEvent> waiting, Seq seen)
    {
        var blocked = new OutboxQueue(_events.Values).Blocked().Select(pending => pending.Place).ToHashSet();
        foreach (var pending in waiting.Where(pending => !blocked.Contains(pending.Place)))
        {
            Remove(pending);
            Renew(pending, seen);
        }
    }

    private void Renew(PendingEvent pending, Seq seen) => Add(pending.Draft with { PrecedingSeq = seen, ClientSeq = null }, pending.Batch, pending.Was);

    private OutboxPublish Refrozen(long acknowledged)
    {
        var first = _frozen.First(pair => pair.Key > acknowledged).Value;
        return new OutboxPublish(first.Nonce!, [.. _frozen.Where(pair => pair.Key > acknowledged && pair.Value.Nonce == first.Nonce).Select(pair => pair.Value)]);
    }

    private IEnumerable<PendingEvent> AllOf(ObjectKey key) => _places.TryGetValue(key, out var places) ? places.Select(place => _events[place]) : [];

    private void Put(PendingEvent pending)
    {
        Index(pending);
        _put(pending);
    }

    private void Index(PendingEvent pending)
    {
        Forget(pending.Place);
        _events[pending.Place] = pending;
        if (pending.Rejection is not null) RejectedCount++;
        if (pending.Draft.ClientSeq is { } clientSeq) _frozen[clientSeq] = pending;
        if (!_places.TryGetValue(pending.Key, out var places)) _places.Add(pending.Key, places = []);
        places.Add(pending.Place);
        _lastPlace = Math.Max(_lastPlace, pending.Place);
    }

    private void Drop(PendingEvent pending)
    {
        Forget(pending.Place);
        var places = _places[pending.Key];
        places.Remove(pending.Place);
        if (places.Count == 0) _places.Remove(pending.Key);
    }

    private void Forget(long place)
    {
        if (!_events.Remove(place, out var known)) return;
        if (known.Rejection is not null) RejectedCount--;
        if (known.Draft.ClientSeq is { } clientSeq) _frozen.Remove(clientSeq);
    }
}

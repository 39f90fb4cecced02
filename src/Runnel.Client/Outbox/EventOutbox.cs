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
    private readonly Dictionary<ObjectKey, SortedSet<long>> _places = [];
    private readonly Action<PendingEvent> _put;
    private readonly Action<long> _removed;
    private long _lastPlace;
    private int _toIsolate;

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
    public long? LastFrozen => _events.Values.Max(pending => pending.Draft.ClientSeq);

    /// <summary>The events of an object that apps see the effect of, in order.</summary>
    public IEnumerable<PendingEvent> Of(ObjectKey key) =>
        _places.TryGetValue(key, out var places) ? places.Select(place => _events[place]).Where(pending => pending.Rejection is null) : [];

    /// <summary>The rejected events of an object, in order.</summary>
    public IEnumerable<PendingEvent> RejectedOf(ObjectKey key) =>
        _places.TryGetValue(key, out var places) ? places.Select(place => _events[place]).Where(pending => pending.Rejection is not null) : [];

    /// <summary>Finds the event at a place.</summary>
    public bool TryFind(long place, [NotNullWhen(true)] out PendingEvent? pending) => _events.TryGetValue(place, out pending);

    /// <summary>Adds an event at the end.</summary>
    public PendingEvent Add(EventDraft draft, long? batch, CanonicalJson? was = null)
    {
        var pending = new PendingEvent(_lastPlace + 1, draft, batch) { Was = was };
        Put(pending);
        return pending;
    }

    /// <summary>Puts another event in the place of one.</summary>
    public void Replace(PendingEvent pending) => Put(pending);

    /// <summary>Takes an event away.</summary>
    public void Remove(PendingEvent pending)
    {
        _events.Remove(pending.Place);
        if (pending.Rejection is not null) RejectedCount--;
        var places = _places[pending.Key];
        places.Remove(pending.Place);
        if (places.Count == 0) _places.Remove(pending.Key);
        _removed(pending.Place);
    }

    /// <summary>
    /// The next publish: what is frozen already, exactly as it was, else the next events, frozen now from <paramref name="nextClientSeq"/>
    /// on. <c>null</c> while one is under way, or if there is nothing to send.
    /// </summary>
    public OutboxPublish? TakeNext(long nextClientSeq, Func<string> newNonce, long acknowledged, ProtocolLimits limits)
    {
        if (InFlight is not null) return null;
        var frozen = _events.Values.Where(pending => pending.Draft.ClientSeq > acknowledged).ToList();
        if (frozen.Count > 0)
        {
            var first = frozen.MinBy(pending => pending.Draft.ClientSeq)!;
            return InFlight = new OutboxPublish(first.Nonce!, [.. frozen.Where(pending => pending.Nonce == first.Nonce)]);
        }

        var next = NextAtoms(limits);
        if (next.Count == 0) return null;
        var nonce = newNonce();
        for (var i = 0; i < next.Count; i++)
        {
            next[i] = next[i].Freeze(nextClientSeq + i, nonce);
            Put(next[i]);
        }
        return InFlight = new OutboxPublish(nonce, next);
    }

    /// <summary>The publish under way is durable at the server; its events leave when they come back with their seqs.</summary>
    public void Acknowledge()
    {
        _toIsolate = Math.Max(0, _toIsolate - InFlight!.Events.Count);
        InFlight = null;
    }

    /// <summary>
    /// The publish under way is refused for good, and no number is used up. If it held several things that stand on their own, they
    /// are sent one by one to find the culprit; else its events are set aside with the reason. Answers those.
    /// </summary>
    public IReadOnlyList<PendingEvent> Refuse(Refusal refusal)
    {
        var refused = InFlight!.Events;
        InFlight = null;
        foreach (var frozen in _events.Values.Where(pending => pending.IsFrozen).ToList()) Put(frozen.Unfreeze());
        if (CountAtoms(refused) > 1)
        {
            _toIsolate = refused.Count;
            return [];
        }
        _toIsolate = Math.Max(0, _toIsolate - refused.Count);
        var rejected = refused.Select(pending => pending.Reject(refusal)).ToList();
        rejected.ForEach(Put);
        return rejected;
    }

    /// <summary>Nothing is under way any more: the connection is lost, or the server asks to try again later.</summary>
    public void Interrupt() => InFlight = null;

    /// <summary>Takes the own event that came back as number <paramref name="clientSeq"/>; <c>null</c> if none of that number is kept.</summary>
    public PendingEvent? Confirm(long clientSeq)
    {
        var confirmed = _events.Values.FirstOrDefault(pending => pending.Draft.ClientSeq == clientSeq);
        if (confirmed is not null) Remove(confirmed);
        return confirmed;
    }

    /// <summary>
    /// Makes rejected events, which belong together, and what waits behind them, new edits: at the end, made on the sight of
    /// <paramref name="seen"/>; the rejected ones as <paramref name="edited"/> would have them.
    /// </summary>
    public IReadOnlyList<PendingEvent> Retry(IReadOnlyList<PendingEvent> rejected, Func<EventDraft, EventDraft> edited, Seq seen)
    {
        var kept = rejected.Where(pending => _events.TryGetValue(pending.Place, out var known) && known.Rejection is not null).ToList();
        var waiting = kept.SelectMany(WaitingBehind).DistinctBy(pending => pending.Place).OrderBy(pending => pending.Place).ToList();
        kept.ForEach(Remove);
        waiting.ForEach(Remove);
        var again = kept.Select(pending => pending with { Draft = edited(pending.Draft) }).Concat(waiting);
        return [.. again.Select(pending => Add(pending.Draft with { PrecedingSeq = seen, ClientSeq = null }, pending.Batch, pending.Was))];
    }

    private IEnumerable<PendingEvent> WaitingBehind(PendingEvent rejected) =>
        _places[rejected.Key].Where(place => place > rejected.Place).Select(place => _events[place]).TakeWhile(pending => pending.Rejection is null);

    private void Index(PendingEvent pending)
    {
        if (_events.TryGetValue(pending.Place, out var before) && before.Rejection is not null) RejectedCount--;
        if (pending.Rejection is not null) RejectedCount++;
        _events[pending.Place] = pending;
        if (!_places.TryGetValue(pending.Key, out var places)) _places.Add(pending.Key, places = []);
        places.Add(pending.Place);
        _lastPlace = Math.Max(_lastPlace, pending.Place);
    }

    private void Put(PendingEvent pending)
    {
        Index(pending);
        _put(pending);
    }

    /// <summary>Takes whole atoms, in order, that wait for nothing: an atom is a batch, or an event in none.</summary>
    private List<PendingEvent> NextAtoms(ProtocolLimits limits)
    {
        var taken = new List<PendingEvent>();
        var bytes = 0;
        foreach (var atom in Atoms())
        {
            if (atom.Any(IsBlocked)) continue;
            bytes += atom.Sum(pending => pending.Draft.Fields.Wire.Utf8.Length + EnvelopeBytes);
            var isFull = taken.Count + atom.Count > limits.BatchEvents || bytes > limits.BatchBytes;
            if (taken.Count > 0 && (isFull || _toIsolate > 0)) break;
            taken.AddRange(atom);
        }
        return taken;
    }

    // What names, numbers and punctuation of an event take at most.
    private const int EnvelopeBytes = 512;

    private IEnumerable<List<PendingEvent>> Atoms()
    {
        var atom = new List<PendingEvent>();
        foreach (var pending in _events.Values.Where(pending => pending.Rejection is null && !pending.IsFrozen))
        {
            if (atom.Count > 0 && (pending.Batch is null || pending.Batch != atom[^1].Batch))
            {
                yield return atom;
                atom = [];
            }
            atom.Add(pending);
        }
        if (atom.Count > 0) yield return atom;
    }

    /// <summary>Whether an earlier event of the same object is rejected: what was done on top of it makes no sense without it.</summary>
    private bool IsBlocked(PendingEvent pending) =>
        RejectedCount > 0 && _places[pending.Key].TakeWhile(place => place < pending.Place).Any(place => _events[place].Rejection is not null);

    private static int CountAtoms(IReadOnlyList<PendingEvent> events) =>
        events.Count(pending => pending.Batch is null) + events.Where(pending => pending.Batch is not null).Select(pending => pending.Batch).Distinct().Count();
}

/// <summary>What one publish carries.</summary>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Events">Its frozen events.</param>
internal sealed record OutboxPublish(string Nonce, IReadOnlyList<PendingEvent> Events)
{
    /// <summary>The last number it uses.</summary>
    public long LastClientSeq => Events[^1].Draft.ClientSeq!.Value;
}

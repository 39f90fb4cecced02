using System.Runtime.CompilerServices;
using Runnel.Client;
using Runnel.Client.Outbox;
using Runnel.Testing.Simulation.Apps;
using Runnel.Testing.Simulation.Oracle;

namespace Runnel.Testing.Simulation.Devices;

/// <summary>One stream of a device, with the oracle beside it: after each step it must show what its user has made and the stream holds.</summary>
internal sealed class WatchedStream
{
    private static readonly ConditionalWeakTable<EventFields, IReadOnlyDictionary<string, Change>> Read = [];

    private readonly DevicePlace _place;
    private readonly SimulatedWriter _writer;
    private readonly SimulatedApp? _app;
    private long _head;
    private int _rejected;
    private bool _isJudging;

    public WatchedStream(DevicePlace place, SyncedStream stream, EditLedger ledger, SimulatedWriter writer, SimulatedApp? app)
    {
        (_place, Stream, Ledger, _writer, _app) = (place, stream, ledger, writer, app);
        _isJudging = app is null;   // what an app does with its models, its author judges
        _head = stream.Replica.Head.Value;
        place.Context.Meet(stream);
        place.Context.Meet(stream.Replica);
        place.Context.Meet(stream.Replica.Outbox);
    }

    /// <summary>The stream.</summary>
    public SyncedStream Stream { get; }

    /// <summary>What must be there of its user's edits.</summary>
    public EditLedger Ledger { get; }

    private bool IsCopy => Ledger.IsCopy || _place.IsLikeCopy;

    private StreamHistory? History => _place.Oracle.Find(Stream.Name);

    private MergeRules Rules => MergeRules.Read(Stream.Replica.Settings.Wire.ToString());

    /// <summary>Makes an edit as the user would, and looks at once whether it is there.</summary>
    public void Edit(OwnEdit edit)
    {
        var key = ObjectKeyOf(edit);
        lock (Stream.Client.Gate) Stream.Edit(Enum.Parse<EventOp>(edit.Said.Op, ignoreCase: true), key, ToFields(edit.Said));
        var outbox = Stream.Replica.Outbox.Of(key).Select(Observe).ToList();
        var (confirmed, rules, client) = (History?.DeedsOf(edit.Key, edit.Seen) ?? [], Rules, Stream.Replica.Client.Value);
        var merged = Ledger.Merged;
        Judge(Ledger.Make(edit, outbox, confirmed, rules, client), Promise.CoalescedUnseen);
        if (Ledger.Merged > merged) _place.Context.Reach(Landmark.EditCoalesced);
        JudgeVisible(edit.Key, Promise.OwnEditsShown);
        if (edit.Batch is null) NoteDurability();
    }

    /// <summary>The number of the batch that is made next.</summary>
    public long NextBatch => Stream.Replica.NextBatch() + 1;

    /// <summary>The user takes back what was made since the ledger had <paramref name="count"/> entries.</summary>
    public void TakeBack(int count) => Ledger.Forget(count);

    /// <summary>What has happened so far is on the disk once what is told the store so far is.</summary>
    public void NoteDurability()
    {
        var count = Ledger.Count;
        _writer.OnDurable(() => Ledger.BecomesDurable(count));
    }

    /// <summary>The user decides about the <paramref name="index"/>th of what was refused.</summary>
    public void Decide(int index, bool isGivenUp)
    {
        var rejected = Stream.Replica.Outbox.Events.Where(pending => pending.Rejection is not null)
            .GroupBy(pending => pending.Batch is { } batch ? (batch, 0L) : (0L, pending.Place)).ElementAt(index).ToList();
        var rejection = Stream.Rejections[index];
        if (!isGivenUp) rejected.ForEach(pending => _place.Oracle.Edits.Retries(Ledger, Observe(pending).Said));
        _ = isGivenUp ? rejection.DiscardAsync() : rejection.RetryAsync();
        var places = rejected.ConvertAll(pending => pending.Place);
        var stays = IsCopy && Stream.Replica.Outbox.TryFind(places[0], out var kept) && kept.Rejection is null;
        Ledger.Decide(places, Stream.Replica.Head.Value, isGivenUp, stays);
        _place.Context.Reach(isGivenUp ? Landmark.RejectedGivenUp : Landmark.RejectedRetried);
        Compare();
        NoteDurability();
    }

    /// <summary>Looks at what a step has changed.</summary>
    public void Observe()
    {
        if (_app is not null) AppStep.Take(_place.Context, $"on {_place.Name}", () => _app.Check(Stream));
        var replica = Stream.Replica;
        if (replica.Head.Value > _head) Advance(replica.Head.Value);
        if (replica.Outbox.RejectedCount == _rejected) return;
        if (replica.Outbox.RejectedCount > _rejected)
        {
            _place.Context.Reach(Landmark.EditRejected);
            if (!_place.Swarm.Has(SimulatedFaults.Refusals)) _place.Context.Break(Promise.RightIsAccepted, $"{_place.Name} has an edit of {Stream.Name} refused for good: {Stream.Rejections[0].Code}, {Stream.Rejections[0].Reason}");
        }
        _rejected = replica.Outbox.RejectedCount;
        Compare();
        NoteDurability();
    }

    /// <summary>A new process has read the stream from its store: it is as the ledger says.</summary>
    public void JudgeOpened()
    {
        _rejected = Stream.Replica.Outbox.RejectedCount;
        Compare();
    }

    /// <summary>Everything has come to rest.</summary>
    public void JudgeRest()
    {
        var head = History?.Count ?? 0;
        if (Stream.Replica.Head.Value != head) _place.Context.Break(Promise.Live, $"{_place.Name} holds {Stream.Name} up to {Stream.Replica.Head}, and the head is {head}: {Stream.Trouble ?? "no trouble is known"}");
        if (_app is not null)
        {
            if (Stream.Replica.Outbox is { RejectedCount: 0, PendingCount: > 0 and var count }) _place.Context.Break(Promise.Live, $"{_place.Name} still has {count} events of {Stream.Name} in its outbox: {Stream.Trouble ?? "no trouble is known"}");
            return;
        }
        Compare();
        if (Ledger.Free(head) is [var left, ..]) _place.Context.Break(Promise.Live, $"{_place.Name} still has {left} of {Stream.Name} in its outbox: {Stream.Trouble ?? "no trouble is known"}");
        foreach (var key in (History?.Keys ?? []).Union(Ledger.Keys(head))) JudgeVisible(key, Promise.Convergent);
    }

    private void Advance(long head)
    {
        if (History is not { } history || head > history.Count)
        {
            _place.Context.Break(Promise.ReadersSeeDurableOnly, $"{_place.Name} holds {Stream.Name} up to {head}, of which {History?.Count ?? 0} are durable");
            return;
        }
        var own = new HashSet<string>();
        for (; _head < head; _head++)
        {
            var stored = history[_head + 1];
            if (!IsOwn(stored.Client)) continue;
            if (_isJudging && !IsCopy) Judge(Ledger.Land(stored), Promise.ExactlyOnce);
            _place.Context.Reach(Landmark.OwnEditCameBack);
            own.Add($"{stored.Collection}/{stored.Id}");
        }
        if (IsCopy) Compare();
        foreach (var key in own) JudgeVisible(key, Promise.OwnEditsShown);
    }

    // An id that was found to be a copy's goes on as another that begins with it.
    private bool IsOwn(string client) => client.Split('~')[0] == Stream.Replica.Client.Value.Split('~')[0];

    private void Compare()
    {
        if (!_isJudging) return;
        var (outbox, head) = (Stream.Replica.Outbox.Events.Select(Observe).ToList(), Stream.Replica.Head.Value);
        Judge(IsCopy ? Ledger.Follow(outbox, head, Stream.Replica.Client.Value, key => (History?.DeedsOf(key, head) ?? []).Where(deed => IsOwn(deed.Client))) : Ledger.Compare(outbox, head), Promise.NoEditIsLost);
    }

    private void JudgeVisible(string key, Promise promise)
    {
        if (!_isJudging) return;
        var parts = key.Split('/');
        var confirmed = History?.DeedsOf(key, Stream.Replica.Head.Value) ?? [];
        var wanted = VisibleObject.ToJson(VisibleObject.After(confirmed.Concat(Ledger.Shown(key, Stream.Replica.Head.Value, Stream.Replica.Client.Value)), Rules, parts[0]));
        var shown = Stream.Replica.Shown(new ObjectKey(CollectionName.Parse(parts[0]), ObjectId.Parse(parts[1])))?.Visible?.ToString();
        if (shown != wanted) _place.Context.Break(promise, $"{_place.Name} shows {key} of {Stream.Name} at {Stream.Replica.Head} as {shown ?? "nothing"}, and it is {wanted ?? "nothing"}");
    }

    private void Judge(string? wrong, Promise promise)
    {
        if (!_isJudging || wrong is null) return;
        _place.Context.Break(promise, $"{_place.Name}, {Stream.Name} at {Stream.Replica.Head}: {wrong}");
        _isJudging = false;
    }

    private static WaitingEvent Observe(PendingEvent pending) => new(
        pending.Place,
        $"{pending.Key.Collection}/{pending.Key.Id}",
        new Said(pending.Draft.Op.ToString().ToLowerInvariant(), Read.GetValue(pending.Draft.Fields, fields => Deed.ReadChanges(fields.Wire.ToString()))),
        pending.Draft.PrecedingSeq!.Value.Value,
        pending.Batch,
        pending.Rejection is not null);

    private static ObjectKey ObjectKeyOf(OwnEdit edit) => new(CollectionName.Parse(edit.Collection), ObjectId.Parse(edit.Id));

    private static EventFields ToFields(Said said) => EventFields.Create(said.Changes.Select(change => new FieldChange(FieldName.Parse(change.Key), ToDelta(change.Value))));

    private static Delta ToDelta(Change change) => change switch
    {
        Change.Set set => Delta.Set(CanonicalJson.Parse(set.Json)),
        Change.Add add => Delta.Inc(add.Amount),
        Change.Elements elements => Delta.Elements(elements.Added.Select(CanonicalJson.Parse), elements.Removed.Select(CanonicalJson.Parse)),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}

using Runnel.Client.LocalStore;
using Runnel.Client.Outbox;
using Runnel.Client.Replica;
using Runnel.Client.Sharing;
using Runnel.Records;

namespace Runnel.Client;

/// <summary>How the stream is shared by the instances of an app that have one local store open.</summary>
public sealed partial class SyncedStream
{
    private readonly List<HandedEdit> _handed = [];
    private HandedStep _step = new();

    private bool IsFollowing => _client.Fellow is { IsFollowing: true };

    /// <summary>Whether the leader has yet to take that step of this instance's; the gate is held.</summary>
    internal bool HasHanded(HandedName name) => _handed.Exists(edit => edit.Name == name);

    /// <summary>The steps that are on disk and wait for the leader; the gate is held.</summary>
    internal IEnumerable<HandedName> DurableHanded() => _handed.Where(edit => edit.IsDurable).Select(edit => edit.Name);

    /// <summary>Takes what the leader has committed; the gate is held.</summary>
    internal void Follow(IReadOnlyList<LocalWrite> rows)
    {
        var names = rows.Where(row => row.Key.Kind == LocalKind.Handed).Select(row => HandedName.Of(row.Key.Name)).ToHashSet();
        _handed.RemoveAll(edit => names.Contains(edit.Name));
        Do((replica, outputs) => replica.TakeOver(rows, outputs));
        FollowConflicts(rows.Where(row => row.Key.Kind == LocalKind.Conflict));
        Replay();
    }

    /// <summary>Takes all that the store holds in the place of what was known, own steps aside but for those that were <paramref name="taken"/>; the gate is held.</summary>
    internal void ReadAgain(LoadedStream loaded, IReadOnlySet<HandedName> taken)
    {
        _handed.RemoveAll(edit => taken.Contains(edit.Name));
        Do((replica, outputs) => replica.ReadAgain(loaded, outputs));
        _conflicts.Clear();
        _conflicts.AddRange(loaded.Conflicts);
        RaiseConflictsChanged();
        if (IsFollowing) Replay();
    }

    /// <summary>This instance leads from now on; its own steps that nobody has taken; the gate is held.</summary>
    internal IReadOnlyList<HandedEdit> Lead()
    {
        Replica.Lead();
        _sharedTrouble = null;
        HandedEdit[] own = [.. _handed];
        _handed.Clear();
        return own;
    }

    /// <summary>Does what another instance has done, in the transaction that takes it off the list; the gate is held.</summary>
    internal void TakeHanded(HandedName name, HandedStep step) => Together(() =>
    {
        _outputs.Add(new ReplicaOutput.Write(new LocalWrite(name.Key, null)));
        Repeat(step);
        foreach (var conflict in _conflicts.Where(conflict => step.Dismissed.Contains(conflict.Id)).ToList()) Dismiss(conflict);
        if (step.GivesUp is { } id && id == Replica.Id) StartOver();   // unless it was given up already
    });

    /// <summary>The app has mentioned the stream, which the leader may not know; the gate is held.</summary>
    internal void Mention()
    {
        _step.IsMention = true;
        HandOver();
    }

    /// <summary>The app wants the stream to have these settings; the gate is held.</summary>
    internal void Want(StreamSettings settings)
    {
        if (IsFollowing) _step.Settings = settings;
        Do((replica, outputs) => replica.Want(settings, outputs));
    }

    private void Repeat(HandedStep step)
    {
        long? batch = step.IsBatch ? Replica.NextBatch() : null;
        foreach (var edit in step.Edits) Do((replica, outputs) => replica.Edit(edit.Op, edit.Key, edit.Fields, batch, outputs, edit.PrecedingSeq));
        foreach (var (place, edits) in step.Retried)
        {
            if (Replica.Outbox.TryFind(place, out var rejected)) Do((replica, outputs) => replica.Retry(rejected, InTurn(edits), outputs));
        }
        foreach (var place in step.Discarded)
        {
            if (Replica.Outbox.TryFind(place, out var rejected)) Do((replica, outputs) => replica.Discard(rejected, outputs));
        }
    }

    private void Replay() => Together(() =>
    {
        foreach (var edit in _handed) Repeat(edit.Step);
        _conflicts.RemoveAll(conflict => _handed.Exists(edit => edit.Step.Dismissed.Contains(conflict.Id)));
    });

    private void FollowConflicts(IEnumerable<LocalWrite> rows)
    {
        var isAny = false;
        foreach (var (key, value) in rows)
        {
            isAny = true;
            var id = long.Parse(key.Name, System.Globalization.CultureInfo.InvariantCulture);
            _conflicts.RemoveAll(conflict => conflict.Id == id);
            if (value is { } row) _conflicts.Add(ConflictCodec.Read(id, row.Span));
        }
        if (isAny) RaiseConflictsChanged();
    }

    /// <summary>Hands over what the app did in this step, if it did something.</summary>
    private void HandOver()
    {
        if (_step.IsEmpty) return;
        var edit = new HandedEdit(_client.Fellow!.NextName(), _step);
        _step = new HandedStep();
        _handed.Add(edit);
        _client.Write([new LocalWrite(edit.Name.Key, edit.Step.Write(Replica.Stream))], () => edit.IsDurable = true);
    }

    private IReadOnlyList<EventDraft> RejectedWith(PendingEvent rejected, Func<EventDraft, EventDraft> edited) =>
    [
        .. from pending in Replica.Outbox.Events
           where pending.Rejection is not null && (pending.Place == rejected.Place || (pending.Batch is not null && pending.Batch == rejected.Batch))
           select edited(pending.Draft),
    ];

    private static Func<EventDraft, EventDraft> InTurn(IReadOnlyList<EventDraft> edits)
    {
        var next = 0;
        return _ => edits[next++];
    }
}

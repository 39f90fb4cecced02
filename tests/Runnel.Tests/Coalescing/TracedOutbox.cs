using Runnel.Coalescing;
using Runnel.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>An outbox that coalesces, and remembers which edits came to nothing: those count as never made.</summary>
internal sealed class TracedOutbox(StreamSettings settings) : IOutbox
{
    private readonly List<Entry> _entries = [];
    private readonly HashSet<(int Edit, FieldName? Field)> _vain = [];   // without a field: all of the edit

    /// <summary>A pending event, and the numbers of the edits that went into it.</summary>
    private sealed record Entry(PendingEvent Pending, int[] Edits);

    public IEnumerable<StreamEvent> Pending => _entries.Select(entry => entry.Pending.Event);

    public IEnumerable<StreamEvent> Frozen => _entries.Where(entry => entry.Pending.IsFrozen).Select(entry => entry.Pending.Event);

    public void Add(int number, Record? confirmed, PendingEvent edit)
    {
        var key = edit.Event.Event.Key;
        var ofObject = _entries.FindAll(entry => entry.Pending.Event.Event.Key == key);
        var coalesced = Coalescer.Add(settings, confirmed, [.. ofObject.Select(entry => entry.Pending)], edit);
        switch (coalesced)
        {
            case Coalesced.Append append:
                Note(append.Event, edit.Event.Event.Fields, [number]);
                _entries.Add(new Entry(With(edit, append.Event), [number]));
                break;
            case Coalesced.Replace replace:
                var last = ofObject[^1];
                Note(replace.Event, edit.Event.Event.Fields, [number]);
                Note(replace.Event, last.Pending.Event.Event.Fields, [.. last.Edits, number]);
                _entries[_entries.IndexOf(last)] = new Entry(With(last.Pending, replace.Event), [.. last.Edits, number]);
                break;
            case Coalesced.Withdraw:
                _entries.Remove(ofObject[^1]);
                _vain.UnionWith(ofObject[^1].Edits.Append(number).Select(vain => (vain, (FieldName?)null)));
                break;
            default:
                _vain.Add((number, null));
                break;
        }
    }

    /// <summary>What is left of an edit without what came to nothing; <c>null</c> if nothing is.</summary>
    public Event? Left(int number, Event made)
    {
        if (_vain.Contains((number, null))) return null;
        FieldChange[] left = [.. made.Fields.Changes.Where(change => !_vain.Contains((number, change.Name)))];
        return made.Op == EventOp.Update && left.Length == 0 ? null : made with { Fields = EventFields.Create(left) };
    }

    public void Freeze()
    {
        for (var i = 0; i < _entries.Count; i++) _entries[i] = _entries[i] with { Pending = _entries[i].Pending with { IsFrozen = true } };
    }

    public void Remove(Event reconciled) => _entries.RemoveAll(entry => entry.Pending.Event.Event == reconciled);

    private void Note(Event result, EventFields fields, int[] edits)
    {
        if (result.Op != EventOp.Update) return;   // an insert or a delete takes fields over with it
        var vain = fields.Changes.Select(change => change.Name).Except(result.Fields.Changes.Select(change => change.Name));
        _vain.UnionWith(from name in vain from edit in edits select (edit, (FieldName?)name));
    }

    private static PendingEvent With(PendingEvent pending, Event form) => pending with { Event = pending.Event with { Event = form } };
}

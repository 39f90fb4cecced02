namespace Runnel.Records;

/// <summary>Finds what an event overwrites, or is overwritten by, from what stood before it and what stands after it.</summary>
/// <remarks>Increments that a later base replaces are not found: only their sum is remembered.</remarks>
internal sealed class OverwriteFinder
{
    private readonly Record _before;
    private readonly Record _after;
    private readonly Arrival _arrival;
    private readonly Event _event;

    private OverwriteFinder(Record before, StreamEvent arriving, Arrival arrival)
    {
        (_before, _after, _arrival, _event) = (before, before.Copy(), arrival, arriving.Event);
        _after.Apply(arriving);
    }

    public static IReadOnlyList<Overwrite> Find(Record before, StreamEvent arriving)
    {
        var arrival = new Arrival(arriving, before.Order);
        return HasSeenAll(arrival, before) ? [] : [.. new OverwriteFinder(before, arriving, arrival).Find()];
    }

    private static bool HasSeenAll(Arrival arrival, Record before) =>
        (before.LatestInsert is null || arrival.HasSeen(before.LatestInsert))
        && (before.LatestDelete is null || arrival.HasSeen(before.LatestDelete))
        && before.Fields.Values.All(field => field.Standing.All(write => arrival.HasSeen(write.By)));

    private IEnumerable<Overwrite> Find() => (_after.Exists, _event.Op) switch
    {
        (true, EventOp.Delete) => LostDelete(),
        (true, _) => RevokedDelete().Concat(ReplacedWrites()).Concat(LostWrites()),
        (false, EventOp.Delete) => DeletedWrites(),
        (false, _) when _after.LatestDelete is { } delete => WritesToDeleted(delete),
        _ => ReplacedWrites().Concat(LostWrites()),   // the insert is still to come
    };

    /// <summary>The event deletes the object, and something later keeps it alive.</summary>
    private IEnumerable<Overwrite> LostDelete()
    {
        var life = _after.DeleteWins ? _after.LatestInsert! : _after.LatestWrite!;
        if (!_arrival.HasSeen(life)) yield return new Overwrite(null, null, Loser: _arrival.By, Winner: life, RuleOf(life));
    }

    /// <summary>The event brings back an object that another deleted meanwhile.</summary>
    private IEnumerable<Overwrite> RevokedDelete()
    {
        if (_before.Exists || _before.LatestDelete is not { } delete || _arrival.HasSeen(delete)) yield break;
        yield return new Overwrite(null, null, Loser: delete, Winner: _arrival.By, RuleOf(_arrival.By));
    }

    /// <summary>The event deletes the object with all that others wrote meanwhile.</summary>
    private IEnumerable<Overwrite> DeletedWrites() =>
        from field in _before.Fields
        where _before.Exists
        from write in field.Value.Standing
        where !_arrival.HasSeen(write.By)
        select new Overwrite(field.Key, write.Delta, Loser: write.By, Winner: _arrival.By, OverwriteRule.Delete);

    /// <summary>The event writes to an object that another deleted meanwhile.</summary>
    private IEnumerable<Overwrite> WritesToDeleted(Writer delete) =>
        from change in _event.Fields.Changes
        where !_arrival.HasSeen(delete)
        select new Overwrite(change.Name, change.Delta, Loser: _arrival.By, Winner: delete, OverwriteRule.Delete);

    /// <summary>The event replaces what others wrote meanwhile.</summary>
    private IEnumerable<Overwrite> ReplacedWrites() =>
        from field in _before.Fields
        from write in field.Value.Standing
        where !_arrival.HasSeen(write.By) && !Stands(field.Key, write.Delta)
        select new Overwrite(field.Key, write.Delta, Loser: write.By, Winner: _arrival.By, RuleOf(_arrival.By));

    /// <summary>The event comes too late for what others wrote meanwhile.</summary>
    private IEnumerable<Overwrite> LostWrites() =>
        from change in _event.Fields.Changes
        from delta in OneByOne(_event.Op == EventOp.Insert ? change.Delta.AsInserted() : change.Delta)
        where !Stands(change.Name, delta)
        let winner = WinnerOver(change.Name, delta)
        where winner is not null && !_arrival.HasSeen(winner)
        select new Overwrite(change.Name, delta, Loser: _arrival.By, winner, RuleOf(winner));

    private OverwriteRule RuleOf(Writer winner) => winner == _after.LatestInsert ? OverwriteRule.LaterInsert : OverwriteRule.LaterWrite;

    /// <summary>Whether a write stands after the event, by whoever: what another did as well is not lost.</summary>
    private bool Stands(FieldName name, Delta delta)
    {
        var field = _after.Fields.GetValueOrDefault(name);
        if (delta is not Delta.Increment) return field?.Standing.Any(write => write.Delta.Equals(delta)) == true;
        return (field as LastWriterField)?.Sum != (_before.Fields.GetValueOrDefault(name) as LastWriterField)?.Sum;
    }

    /// <summary>What a write of the event's lost to: the latest change of the element, else the field's base.</summary>
    private Writer? WinnerOver(FieldName name, Delta delta)
    {
        var field = _after.Fields.GetValueOrDefault(name) as LastWriterField;
        var changed = delta is Delta.ChangeElements change ? field?.Elements?.WriterOf(change.Added.Concat(change.Removed).Single()) : null;
        return changed ?? field?.By ?? _after.Floor;
    }

    private static IEnumerable<Delta> OneByOne(Delta delta) => delta is Delta.ChangeElements change
        ? change.Added.Select(element => Delta.Elements([element], [])).Concat(change.Removed.Select(element => Delta.Elements([], [element])))
        : [delta];
}

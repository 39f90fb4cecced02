namespace Runnel.Testing.Simulation.Oracle;

/// <summary>
/// What a device must still have of its user's edits in one stream, kept beside the device and by rules of its own. It lives by what
/// happened, so that a crash takes back what was not on the disk, and a copy of the disk has a copy of the ledger.
/// </summary>
internal sealed class EditLedger
{
    // Behind every number that a client gives.
    private const long FirstPlace = 1L << 52;

    private readonly List<Happening> _happenings;
    private readonly Dictionary<long, long> _landed;
    private readonly HashSet<string> _ids;
    private List<Group> _groups = [];
    private int _durable;
    private long _lastNumber;

    private EditLedger(List<Happening> happenings, Dictionary<long, long> landed, HashSet<string> ids, long lastNumber)
    {
        (_happenings, _landed, _ids, _durable, _lastNumber) = (happenings, landed, ids, happenings.Count, lastNumber);
        Replay();
    }

    /// <summary>Begins with nothing.</summary>
    public EditLedger() : this([], [], [], 0) { }

    /// <summary>How much has happened.</summary>
    public int Count => _happenings.Count;

    /// <summary>How many edits were put into the place of others, or took others away.</summary>
    public int Merged { get; private set; }

    /// <summary>Whether the device goes on from an old copy of its store, or beside one: then others publish what this ledger knows, and what it does not.</summary>
    public bool IsCopy { get; set; }

    /// <summary>What is on the disk of it, for a copy of the disk.</summary>
    public EditLedger Copy() => new(_happenings[.._durable], new(_landed), [.. _ids], _lastNumber) { IsCopy = true };

    /// <summary>What happened up to <paramref name="count"/> is on the disk.</summary>
    public void BecomesDurable(int count) => _durable = Math.Max(_durable, count);

    /// <summary>The process ends, and with it all that is not on the disk.</summary>
    public void Crash()
    {
        _happenings.RemoveRange(_durable, _happenings.Count - _durable);
        Replay();
    }

    /// <summary>Takes back what has happened since there were <paramref name="count"/> things that had: a batch that failed.</summary>
    public void Forget(int count)
    {
        _happenings.RemoveRange(count, _happenings.Count - count);
        Replay();
    }

    /// <summary>What must not wait any longer once everything has come to rest: all but what was refused, and what rests on that.</summary>
    public IReadOnlyList<string> Free(long head) => [.. Pending(head).Except(Stuck(head)).Select(group => group.ToString())];

    /// <summary>What apps must see of an object beyond what the stream holds up to <paramref name="head"/>, in order.</summary>
    public IEnumerable<Deed> Shown(string key, long head, string client) => ToDeeds(Waiting(key, head), client);

    /// <summary>The objects that have edits that are not in the stream up to <paramref name="head"/>.</summary>
    public IReadOnlySet<string> Keys(long head) => Pending(head).Select(group => group.Key).ToHashSet();

    /// <summary>
    /// The user has made an edit, and <paramref name="outbox"/> is what waits of its object now: it stands there as an event of its own, or in
    /// the last one if it may, or has come to nothing if it may. Gives what is wrong, if something is.
    /// </summary>
    public string? Make(OwnEdit edit, IReadOnlyList<WaitingEvent> outbox, IReadOnlyList<Deed> confirmed, MergeRules rules, string client)
    {
        var waiting = Waiting(edit.Key, edit.Seen).ToList();
        var left = outbox.Where(waits => !waits.IsRejected).ToList();
        if (left.Count > waiting.Count + 1 || left.Count < waiting.Count - 1) return $"{edit} made {left.Count} events of {waiting.Count}";
        var untouched = Math.Min(waiting.Count, left.Count) - (left.Count == waiting.Count ? 1 : 0);
        for (var i = 0; i < untouched; i++)
        {
            if (!waiting[i].IsSaidBy(left[i])) return $"{edit} made {left[i]} of {waiting[i]}";
        }

        IReadOnlyDictionary<string, string>? Beneath(int count) =>
            VisibleObject.After(confirmed.Concat(ToDeeds(waiting.Take(count), client)), rules, edit.Collection);

        if (left.Count == waiting.Count + 1) return Append(edit, left[^1], () => Beneath(waiting.Count));
        if (waiting.Count == 0) return edit.Said.Without(Beneath(0)) is null ? Note(new Happening.Nothing()) : $"{edit} is nowhere";
        var last = waiting[^1];
        var joined = last.Seen == edit.Seen && last.Batch == edit.Batch ? last.Said.With(edit.Said, rules.UpdateWins(edit.Collection)) : null;
        if (left.Count < waiting.Count)
        {
            var isUnknown = confirmed.Count == 0 && waiting.Count == 1 && last.Said.Op == "insert" && edit.Said.Op == "delete" && last.Seen == edit.Seen && last.Batch == edit.Batch;
            return isUnknown || (joined is not null && joined.Without(Beneath(waiting.Count - 1)) is null) ? Note(new Happening.Withdrawn(last.Number)) : $"{edit} took {last} away";
        }
        if (left[^1].Place != last.Place) return $"{edit} made {left[^1]} of {last}";
        if (joined is not null && IsOr(left[^1].Said, joined, () => Beneath(waiting.Count - 1))) return Note(new Happening.Replaced(last.Number, left[^1].Said));
        if (last.IsSaidBy(left[^1]) && edit.Said.Without(Beneath(waiting.Count)) is null) return Note(new Happening.Nothing());
        return $"{edit} on {last} became {left[^1]}";
    }

    /// <summary>
    /// An event of the device's own, or of its like, has come back from the stream: what it says is pending no longer. Gives what is wrong
    /// with it, if something is.
    /// </summary>
    public string? Land(ObservedEvent stored)
    {
        var key = $"{stored.Collection}/{stored.Id}";
        if (_groups.Exists(group => _landed.GetValueOrDefault(group.Number) == stored.Seq)) return null;   // seen before the last crash
        var said = new Said(stored.Op, Deed.ReadChanges(stored.Fields));
        var group = Waiting(key, stored.Seq - 1).FirstOrDefault();
        if (group is null || group.Seen != stored.PrecedingSeq || !group.Said.Equals(said)) return $"{stored} {said} is not what stands first of {string.Join("; ", Pending(stored.Seq - 1).Where(group => group.Key == key))}";
        _landed[group.Number] = stored.Seq;
        // What is refused is overtaken by all that does not rest on it; else nothing is overtaken.
        if (Stuck(stored.Seq - 1).Count > 0 || Pending(stored.Seq - 1).First() == group) return null;
        return Pending(stored.Seq).First() is var overtaken && overtaken.Seen <= group.Seen && overtaken.Number > group.Number ? null : $"{stored} has overtaken {overtaken}";
    }

    /// <summary>
    /// Follows a copy's outbox, from which others may have taken the work: whatever must wait waits, or stands in the stream in the same
    /// words, whoever of the copies has published it. Gives what is wrong, if something is.
    /// </summary>
    public string? Follow(IReadOnlyList<WaitingEvent> outbox, long head, string client, Func<string, IEnumerable<Deed>> ofCopies)
    {
        _ids.Add(client);
        _ids.Add(client.Split('~')[0]);
        // By their places first: two edits may say the same.
        var left = outbox.ToList();
        foreach (var group in Pending(head).OrderBy(group => left.Exists(waits => waits.Place == group.Place && group.IsSaidBy(waits)) ? 0 : 1).ToList())
        {
            var at = left.FindIndex(waits => waits.Place == group.Place && group.IsSaidBy(waits));
            if (at < 0) at = left.FindIndex(group.IsSaidBy);
            if (at >= 0)
            {
                if (left[at].IsRejected && !group.IsRejected) Note(new Happening.Rejected(group.Number));
                if (left[at].Place != group.Place) Note(new Happening.Placed(group.Number, left[at].Place));
                left.RemoveAt(at);
                continue;
            }
            // Copies say the same for different reasons: what is known to be this store's own comes first.
            var stored = ofCopies(group.Key)
                .Where(deed => deed.PrecedingSeq == group.Seen && group.Said.Equals(new Said(deed.Op, deed.Changes)) && !_landed.ContainsValue(deed.Seq))
                .OrderBy(deed => _ids.Contains(deed.Client) ? 0 : 1).FirstOrDefault();
            if (stored is null) return $"{group} neither waits nor stands in the stream";
            _landed[group.Number] = stored.Seq;
        }
        return left.Count == 0 ? null : $"the outbox has {left[0]}, which nobody made";
    }

    /// <summary>Compares all that waits in the outbox with what must wait there, and takes note of what was refused. Gives what is wrong, if something is.</summary>
    public string? Compare(IReadOnlyList<WaitingEvent> outbox, long head)
    {
        var pending = Pending(head).ToList();
        if (outbox.Count != pending.Count) return $"the outbox has {outbox.Count} events, [{string.Join("; ", outbox)}], where {pending.Count} must wait: [{string.Join("; ", pending)}]";
        for (var i = 0; i < pending.Count; i++)
        {
            if (!pending[i].IsSaidBy(outbox[i])) return $"the outbox has {outbox[i]} where {pending[i]} must wait";
            if (outbox[i].IsRejected && !pending[i].IsRejected) Note(new Happening.Rejected(pending[i].Number));
            else if (outbox[i].IsRejected != pending[i].IsRejected) return $"the outbox has {outbox[i]} where {pending[i]} is kept";
            if (pending[i].Place != outbox[i].Place) Note(new Happening.Placed(pending[i].Number, outbox[i].Place));
        }
        return null;
    }

    /// <summary>
    /// The user has decided about what was refused, having seen the stream up to <paramref name="seen"/>: it is tried again, or given up. What a copy tries
    /// again may stay where it is and as it is, for it may stand in the stream.
    /// </summary>
    public void Decide(IReadOnlyCollection<long> places, long seen, bool isGivenUp, bool stays)
    {
        HashSet<long> numbers = [.. Pending(seen).Where(group => group.IsRejected && places.Contains(group.Place)).Select(group => group.Number)];
        Note(stays ? new Happening.Readmitted(numbers) : new Happening.Decided(numbers, seen, isGivenUp));
    }

    private string? Append(OwnEdit edit, WaitingEvent made, Func<IReadOnlyDictionary<string, string>?> beneath)
    {
        if (made.Seen != edit.Seen || made.Batch != edit.Batch || !IsOr(made.Said, edit.Said, beneath)) return $"{edit} became {made}";
        return Note(new Happening.Appended(new Group(++_lastNumber, made.Place, edit.Key, made.Said, made.Seen, made.Batch, IsRejected: false)));
    }

    /// <summary>Whether an event says what it must, with what is there already or without.</summary>
    private static bool IsOr(Said made, Said wanted, Func<IReadOnlyDictionary<string, string>?> beneath) => made.Equals(wanted) || made.Equals(wanted.Without(beneath()));

    private string? Note(Happening happening)
    {
        _happenings.Add(happening);
        if (happening is Happening.Replaced or Happening.Withdrawn) Merged++;
        Do(happening);
        return null;
    }

    private void Replay()
    {
        _groups = [];
        foreach (var happening in _happenings) Do(happening);
    }

    private void Do(Happening happening)
    {
        switch (happening)
        {
            case Happening.Appended appended: _groups.Add(appended.Group); break;
            case Happening.Replaced replaced: Change(replaced.Number, group => group with { Said = replaced.Said }); break;
            case Happening.Withdrawn withdrawn: _groups.RemoveAll(group => group.Number == withdrawn.Number); break;
            case Happening.Rejected rejected: Change(rejected.Number, group => group with { IsRejected = true }); break;
            case Happening.Placed placed: Change(placed.Number, group => group with { Place = placed.Place }); break;
            case Happening.Readmitted readmitted: foreach (var number in readmitted.Numbers) Change(number, group => group with { IsRejected = false }); break;
            case Happening.Decided decided: Do(decided); break;
        }
    }

    private void Change(long number, Func<Group, Group> change)
    {
        var at = _groups.FindIndex(group => group.Number == number);
        if (at >= 0) _groups[at] = change(_groups[at]);
    }

    /// <summary>What was refused begins anew at the end, or is gone; what has waited for it alone follows.</summary>
    private void Do(Happening.Decided decided)
    {
        foreach (var number in decided.IsGivenUp ? decided.Numbers.Select(number => new HashSet<long> { number }) : [decided.Numbers])
        {
            var before = Blocked(decided.Seen);
            var meant = _groups.Where(group => number.Contains(group.Number)).ToList();
            _groups.RemoveAll(meant.Contains);
            if (!decided.IsGivenUp) _groups.AddRange(meant.Select(group => group with { IsRejected = false, Seen = decided.Seen }));
            var after = Blocked(decided.Seen).Select(group => group.Number).ToHashSet();
            foreach (var released in before.Where(group => !after.Contains(group.Number)))
            {
                _groups.Remove(released);
                _groups.Add(released with { Seen = decided.Seen });
            }
        }
    }

    /// <summary>What waits because something that it rests on was refused: later edits of the object, batches whole, and what rests on those.</summary>
    private List<Group> Blocked(long head)
    {
        var (stuck, blocked, pending) = (new HashSet<string>(), new List<Group>(), Pending(head).ToList());
        for (var at = 0; at < pending.Count;)
        {
            var first = pending[at];
            var atom = pending.Skip(at).TakeWhile((group, i) => i == 0 || (group.Batch is not null && group.Batch == first.Batch && group.IsRejected == first.IsRejected)).ToList();
            at += atom.Count;
            if (!first.IsRejected && !atom.Exists(group => stuck.Contains(group.Key))) continue;
            stuck.UnionWith(atom.Select(group => group.Key));
            if (!first.IsRejected) blocked.AddRange(atom);
        }
        return blocked;
    }

    private List<Group> Stuck(long head) => [.. Blocked(head), .. Pending(head).Where(group => group.IsRejected)];

    private IEnumerable<Group> Pending(long head) => _groups.Where(group => !_landed.TryGetValue(group.Number, out var seq) || seq > head);

    private IEnumerable<Group> Waiting(string key, long head) => Pending(head).Where(group => group.Key == key && !group.IsRejected);

    private static IEnumerable<Deed> ToDeeds(IEnumerable<Group> groups, string client) =>
        groups.Select((group, i) => new Deed(client, Deed.Pending, FirstPlace + i, group.Seen, group.Said.Op, group.Said.Changes));

    /// <summary>Edits that have become one event.</summary>
    private sealed record Group(long Number, long Place, string Key, Said Said, long Seen, long? Batch, bool IsRejected)
    {
        public bool IsSaidBy(WaitingEvent waiting) => Key == waiting.Key && Seen == waiting.Seen && Batch == waiting.Batch && Said.Equals(waiting.Said);

        public override string ToString() => $"{Said.Op} {Key} {Said} (edit {Number}, seen {Seen}{(IsRejected ? ", rejected" : "")})";
    }

    private abstract record Happening
    {
        public sealed record Appended(Group Group) : Happening;

        public sealed record Replaced(long Number, Said Said) : Happening;

        public sealed record Withdrawn(long Number) : Happening;

        public sealed record Nothing : Happening;

        public sealed record Rejected(long Number) : Happening;

        public sealed record Placed(long Number, long Place) : Happening;

        public sealed record Readmitted(HashSet<long> Numbers) : Happening;

        public sealed record Decided(HashSet<long> Numbers, long Seen, bool IsGivenUp) : Happening;
    }
}

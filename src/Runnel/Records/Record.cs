namespace Runnel.Records;

/// <summary>
/// The merge state of one object: whether it exists, and its fields, each with the events that wrote it. Merging an event is one
/// comparison per field or set element; the result is that of sorting all events and applying them one after another.
/// Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Plain values and set elements merge in any order and under repetition. Counters and <c>keepAll</c> fields rely on events in seq
/// order, once each, with pending ones last. What an app sees is a <see cref="Copy"/> of the confirmed record with the app's pending
/// events applied, in outbox order.
/// </remarks>
public sealed class Record
{
    private readonly StreamOrder _order;
    private readonly Dictionary<FieldName, FieldState> _fields;
    private CollectionSettings _settings;

    /// <summary>Makes the record of an object of <paramref name="collection"/> that no event has named yet.</summary>
    public Record(StreamSettings settings, CollectionName collection) : this(settings.Order, settings.Of(collection), []) { }

    private Record(StreamOrder order, CollectionSettings settings, Dictionary<FieldName, FieldState> fields) =>
        (_order, _settings, _fields) = (order, settings, fields);

    /// <summary>The latest insert; <c>null</c> if there was none.</summary>
    public Writer? LatestInsert { get; private set; }

    /// <summary>The latest delete; <c>null</c> if there was none.</summary>
    public Writer? LatestDelete { get; private set; }

    /// <summary>The latest insert or update; <c>null</c> if there was none, or where deletes win, for nothing depends on it there.</summary>
    public Writer? LatestWrite { get; private set; }

    /// <summary>Whether apps see the object: it has an insert, and that (where updates win: its latest write) is later than its latest delete.</summary>
    public bool Exists => LatestInsert is not null && IsLater(DeleteWins ? LatestInsert : LatestWrite!, LatestDelete);

    /// <summary>What apps see of the object, a canonical JSON object of its fields; <c>null</c> if it does not exist.</summary>
    public CanonicalJson? Visible => Exists ? CanonicalJson.FromObject(ReadFields()) : null;

    /// <summary>The event that last wrote the whole object: what is older is gone for good.</summary>
    internal Writer? Floor => DeleteWins ? _order.Later(LatestInsert, LatestDelete) : LatestInsert;

    /// <summary>What is remembered of each field.</summary>
    internal IReadOnlyDictionary<FieldName, FieldState> Fields => _fields;

    internal StreamOrder Order => _order;

    internal bool DeleteWins => _settings.OnConcurrentDelete == ConcurrentDelete.DeleteWins;

    /// <summary>Merges an event of this object.</summary>
    public void Apply(StreamEvent arrived)
    {
        var arrival = new Arrival(arrived, _order);
        switch (arrived.Event.Op)
        {
            case EventOp.Insert: Insert(arrival, arrived.Event.Fields); break;
            case EventOp.Update: Update(arrival, arrived.Event.Fields); break;
            case EventOp.Delete: Delete(arrival); break;
        }
    }

    /// <summary>Reads what apps see of a field; <c>false</c> if they see none.</summary>
    public bool TryRead(FieldName field, out CanonicalJson value)
    {
        value = default;
        return Exists && _fields.TryGetValue(field, out var state) && state.TryRead(out value);
    }

    /// <summary>
    /// The latest event that the field's state rests on: who wrote its value or changed its elements; <c>null</c> if the field is
    /// absent. Increments are remembered as a sum only, so a counter answers with the write or insert that they are added to.
    /// </summary>
    public Writer? WriterOf(FieldName field)
    {
        if (!_fields.TryGetValue(field, out var state)) return null;
        return state.Standing.Aggregate((Writer?)null, (latest, standing) => _order.Later(latest, standing.By)) ?? Floor;
    }

    /// <summary>The concurrent writes that a <c>keepAll</c> field keeps, sorted by stamp; empty for other fields.</summary>
    public IReadOnlyList<Sibling> SiblingsOf(FieldName field) =>
        _fields.TryGetValue(field, out var state) && state is SiblingsField siblings ? siblings.Siblings : [];

    /// <summary>
    /// What merging <paramref name="arriving"/> would overwrite, or be overwritten by, although neither author had seen the other:
    /// the conflicts to list. To be asked before <see cref="Apply"/>.
    /// </summary>
    public IReadOnlyList<Overwrite> OverwritesBy(StreamEvent arriving) => OverwriteFinder.Find(this, arriving);

    /// <summary>The same state, which merges on without this one.</summary>
    public Record Copy() =>
        Restore(_order, _settings, _fields.ToDictionary(field => field.Key, field => field.Value.Copy()), LatestInsert, LatestDelete, LatestWrite);

    /// <summary>Makes a record as a merge state document tells it.</summary>
    internal static Record Restore(
        StreamOrder order, CollectionSettings settings, Dictionary<FieldName, FieldState> fields, Writer? insert, Writer? delete, Writer? write) =>
        new(order, settings, fields) { LatestInsert = insert, LatestDelete = delete, LatestWrite = write };

    /// <summary>Takes on rules that say the same of every field that the record has.</summary>
    internal void Adopt(CollectionSettings settings) => _settings = settings;

    private void Insert(in Arrival arrival, EventFields fields)
    {
        if (arrival.IsAfter(LatestInsert)) LatestInsert = arrival.By;
        NoteWrite(arrival);
        ClearFields(arrival);   // those that the insert does not name become absent
        foreach (var (name, delta) in fields.Changes) Write(arrival, name, delta.AsInserted());
    }

    private void Update(in Arrival arrival, EventFields fields)
    {
        NoteWrite(arrival);
        foreach (var (name, delta) in fields.Changes) Write(arrival, name, delta);
    }

    private void Delete(in Arrival arrival)
    {
        if (arrival.IsAfter(LatestDelete)) LatestDelete = arrival.By;
        if (DeleteWins) ClearFields(arrival);   // only an insert brings the object back, so nothing older is seen again
    }

    private void NoteWrite(in Arrival arrival)
    {
        if (!DeleteWins && arrival.IsAfter(LatestWrite)) LatestWrite = arrival.By;
    }

    private void Write(in Arrival arrival, FieldName name, Delta delta)
    {
        var isKnown = _fields.TryGetValue(name, out var field);
        field ??= NewField(name);
        field.Write(arrival, delta, Floor);
        if (!isKnown && !field.IsEmpty) _fields.Add(name, field);
    }

    private void ClearFields(in Arrival arrival)
    {
        foreach (var (name, field) in _fields)
        {
            field.Clear(arrival, Floor);
            if (field.IsEmpty) _fields.Remove(name);
        }
    }

    private bool IsLater(Writer left, Writer? right) => right is null || _order.Compare(left, right) > 0;

    private FieldState NewField(FieldName name) =>
        _settings.MergeOf(name) == FieldMerge.KeepAll ? new SiblingsField() : new LastWriterField();

    private IEnumerable<KeyValuePair<string, CanonicalJson>> ReadFields()
    {
        foreach (var (name, field) in _fields)
        {
            if (field.TryRead(out var value)) yield return new(name.Value, value);
        }
    }
}

namespace Runnel.Records;

/// <summary>The latest change of each element of a set. Removals are remembered too: a late, earlier addition must not undo them.</summary>
internal sealed class ElementChanges
{
    private readonly Dictionary<CanonicalJson, ElementChange> _latest = [];

    /// <summary>The elements with their latest changes, sorted by canonical bytes.</summary>
    public IEnumerable<KeyValuePair<CanonicalJson, ElementChange>> Sorted => _latest.OrderBy(change => change.Key);

    /// <summary>The changes as deltas of their own.</summary>
    public IEnumerable<StandingWrite> Standing => _latest.Select(change => new StandingWrite(change.Value.By, change.Value.ToDelta(change.Key)));

    /// <summary>Adds who made them.</summary>
    public void AddWriters(List<Writer> writers)
    {
        foreach (var change in _latest.Values) writers.Add(change.By);
    }

    /// <summary>Whether nothing is remembered.</summary>
    public bool IsEmpty => _latest.Count == 0;

    /// <summary>Who last added or removed the element; <c>null</c> if nobody did.</summary>
    public Writer? WriterOf(CanonicalJson element) => _latest.TryGetValue(element, out var change) ? change.By : null;

    /// <summary>Puts changes back as a merge state document tells them.</summary>
    /// <exception cref="FormatException">An element is there twice, or is no scalar.</exception>
    public void Restore(IEnumerable<(Writer By, CanonicalJson Element)> changes, bool isIn)
    {
        foreach (var (by, element) in changes)
        {
            if (!element.IsScalar) throw new FormatException($"{element} is no element of a set.");
            if (!_latest.TryAdd(element, new ElementChange(by, isIn))) throw new FormatException($"The element {element} is there twice.");
        }
    }

    /// <summary>Per element, the later of what stands and what arrives wins.</summary>
    public void Take(in Arrival arrival, Delta.ChangeElements change)
    {
        foreach (var element in change.Added) Take(arrival, element, isIn: true);
        foreach (var element in change.Removed) Take(arrival, element, isIn: false);
    }

    /// <summary>Forgets the changes that are not later than <paramref name="newBase"/>.</summary>
    public void KeepAfter(in Arrival newBase)
    {
        foreach (var (element, change) in _latest)
        {
            if (!newBase.IsBefore(change.By)) _latest.Remove(element);
        }
    }

    /// <summary>The set that these changes make of <paramref name="start"/>: sorted by canonical bytes, each element once.</summary>
    public CanonicalJson ReadOn(CanonicalJson start)
    {
        var elements = new SortedSet<CanonicalJson>(start.Elements());
        foreach (var (element, change) in _latest)
        {
            if (change.IsIn) elements.Add(element);
            else elements.Remove(element);
        }
        return CanonicalJson.FromArray(elements);
    }

    /// <summary>The same changes, which merge on without these.</summary>
    public ElementChanges Copy()
    {
        var copy = new ElementChanges();
        foreach (var (element, change) in _latest) copy._latest.Add(element, change);
        return copy;
    }

    private void Take(in Arrival arrival, CanonicalJson element, bool isIn)
    {
        if (!_latest.TryGetValue(element, out var known) || arrival.IsAfter(known.By)) _latest[element] = new ElementChange(arrival.By, isIn);
    }
}

/// <summary>What last became of an element.</summary>
/// <param name="By">Who added or removed it.</param>
/// <param name="IsIn">Whether it was added.</param>
internal readonly record struct ElementChange(Writer By, bool IsIn)
{
    /// <summary>What would do it again.</summary>
    public Delta ToDelta(CanonicalJson element) => IsIn ? Delta.Elements([element], []) : Delta.Elements([], [element]);
}

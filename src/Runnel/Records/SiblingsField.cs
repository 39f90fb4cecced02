namespace Runnel.Records;

/// <summary>A field that keeps, as siblings, the writes that no other write of the field had seen. Takes events in seq order, once each.</summary>
internal sealed class SiblingsField : FieldState
{
    // Sorted by stamp, also in total order: what authors had seen decides here.
    private readonly List<Sibling> _siblings;

    public SiblingsField() => _siblings = [];

    private SiblingsField(IEnumerable<Sibling> siblings) => _siblings = [.. siblings];

    /// <summary>The siblings, sorted by stamp.</summary>
    public IReadOnlyList<Sibling> Siblings => _siblings;

    public override bool IsEmpty => _siblings.Count == 0;

    public override IEnumerable<StandingWrite> Standing => _siblings.Select(sibling => new StandingWrite(sibling.By, Delta.Set(sibling.Value)));

    public override void AddWriters(List<Writer> writers)
    {
        foreach (var sibling in _siblings) writers.Add(sibling.By);
    }

    /// <summary>Makes a state as a merge state document tells it.</summary>
    public static SiblingsField Restore(IEnumerable<Sibling> siblings) => new(siblings.OrderBy(sibling => sibling.By.Stamp));

    public override void Write(in Arrival arrival, Delta delta, Writer? floor)
    {
        if (delta is not Delta.SetValue set) return;   // homes refuse others; see CollectionSettings.Allows
        Clear(arrival, floor);
        var by = arrival.By;
        var place = _siblings.FindIndex(sibling => sibling.By.Stamp > by.Stamp);
        _siblings.Insert(place < 0 ? _siblings.Count : place, new Sibling(by, set.Value));
    }

    public override void Clear(in Arrival arrival, Writer? floor)
    {
        for (var i = _siblings.Count - 1; i >= 0; i--)
        {
            if (arrival.HasSeen(_siblings[i].By)) _siblings.RemoveAt(i);
        }
    }

    public override bool TryRead(out CanonicalJson value)
    {
        value = _siblings.Count == 1 ? _siblings[0].Value : Together();
        return !IsEmpty;
    }

    public override FieldState Copy() => new SiblingsField(_siblings);

    private CanonicalJson Together() =>
        CanonicalJson.FromObject([new("$siblings", CanonicalJson.FromArray(_siblings.Select(sibling => sibling.Value)))]);
}

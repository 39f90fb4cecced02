using System.Text.Json;

namespace Runnel.Records;

/// <summary>
/// A field whose last writer wins. Its <i>base</i> is the winning plain value or, without one, the absence that the floor left;
/// on it stand the sum of the increments that count and, for each element, the latest change.
/// </summary>
internal sealed class LastWriterField : FieldState
{
    /// <summary>Who wrote the plain value; <c>null</c> while there is none.</summary>
    public Writer? By { get; private set; }

    /// <summary>The plain value, if there is one.</summary>
    public CanonicalJson Value { get; private set; }

    /// <summary>The increments that count on the base; <c>null</c> if none does.</summary>
    public CounterSum? Sum { get; private set; }

    /// <summary>The element changes later than the base; <c>null</c> if there are none.</summary>
    public ElementChanges? Elements { get; private set; }

    public override bool IsEmpty => By is null && Sum is null && Elements is null;

    public override IEnumerable<StandingWrite> Standing
    {
        get
        {
            if (By is not null) yield return new StandingWrite(By, Delta.Set(Value));
            foreach (var change in Elements?.Standing ?? []) yield return change;
        }
    }

    public override void AddWriters(List<Writer> writers)
    {
        if (By is not null) writers.Add(By);
        Elements?.AddWriters(writers);
    }

    /// <summary>Makes a state as a merge state document tells it.</summary>
    public static LastWriterField Restore(Writer? by, CanonicalJson value, CounterSum? sum, ElementChanges? elements) =>
        new() { By = by, Value = value, Sum = sum, Elements = elements };

    public override void Write(in Arrival arrival, Delta delta, Writer? floor)
    {
        if (arrival.IsBefore(floor)) return;
        switch (delta)
        {
            case Delta.SetValue set when arrival.IsAfter(By):
                (By, Value) = (arrival.By, set.Value);
                LeaveOldBase(arrival);
                break;
            case Delta.Increment increment when Counts(arrival, floor):
                Sum = CounterSum.Add(Sum, increment.Amount);
                break;
            case Delta.ChangeElements change when arrival.IsAfter(By):
                Elements ??= new ElementChanges();
                Elements.Take(arrival, change);
                break;
        }
    }

    public override void Clear(in Arrival arrival, Writer? floor)
    {
        if (arrival.IsBefore(floor) || !arrival.IsAfter(By)) return;
        (By, Value) = (null, default);
        LeaveOldBase(arrival);
    }

    public override bool TryRead(out CanonicalJson value)
    {
        // Without a base both kinds may stand in one field, which then reads as a set. On a base of another kind an edit is void.
        value = Value;
        if (Elements is not null && (By is null || Value.Kind == JsonValueKind.Array)) value = Elements.ReadOn(Value);
        else if (Sum is not null && IsCounter(out var start)) value = Sum.ReadOn(start);
        return !IsEmpty;
    }

    public override FieldState Copy() => Restore(By, Value, Sum, Elements?.Copy());

    /// <summary>Causal: an increment counts if its author had seen the base. Total: it adds to whatever stands when it arrives.</summary>
    private bool Counts(in Arrival arrival, Writer? floor) =>
        IsCounter(out _) && (arrival.Order == StreamOrder.Total || (By ?? floor) is not { } basis || arrival.HasSeen(basis));

    private bool IsCounter(out long start)
    {
        start = 0;   // absent counts as 0
        return By is null || Value.TryGetInteger(out start);
    }

    private void LeaveOldBase(in Arrival newBase)
    {
        Sum = null;
        Elements?.KeepAfter(newBase);
        if (Elements is { IsEmpty: true }) Elements = null;
    }
}

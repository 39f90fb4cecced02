namespace Runnel.Records;

/// <summary>What a record remembers of one field, merged event by event.</summary>
internal abstract class FieldState
{
    /// <summary>Whether nothing is left to remember.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The writes that stand. Increments are not among them: only their sum is remembered.</summary>
    public abstract IEnumerable<StandingWrite> Standing { get; }

    /// <summary>Adds the events that the standing writes are of, in any order, also more than once.</summary>
    public abstract void AddWriters(List<Writer> writers);

    /// <summary>Takes what an insert or update does to the field.</summary>
    /// <param name="arrival">The event.</param>
    /// <param name="delta">What it does.</param>
    /// <param name="floor">The event that last wrote the whole object, perhaps this one: what is older is gone for good.</param>
    public abstract void Write(in Arrival arrival, Delta delta, Writer? floor);

    /// <summary>Takes an event that writes the whole object, but nothing to this field.</summary>
    public abstract void Clear(in Arrival arrival, Writer? floor);

    /// <summary>What apps see; <c>false</c> if the field is absent.</summary>
    public abstract bool TryRead(out CanonicalJson value);

    /// <summary>The same state, which merges on without this one.</summary>
    public abstract FieldState Copy();
}

/// <summary>A write that stands in a field.</summary>
/// <param name="By">The event.</param>
/// <param name="Delta">What would make it again.</param>
internal readonly record struct StandingWrite(Writer By, Delta Delta);

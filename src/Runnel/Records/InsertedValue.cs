namespace Runnel.Records;

/// <summary>What deltas mean in an insert, where everything before is absent.</summary>
internal static class InsertedValue
{
    /// <summary>The plain value that the delta comes to: an increment counts from 0, elements are added to the empty set.</summary>
    public static Delta AsInserted(this Delta delta) => delta switch
    {
        Delta.SetValue => delta,
        Delta.Increment increment => Delta.Set(CanonicalJson.FromNumber(increment.Amount)),
        Delta.ChangeElements change => Delta.Set(CanonicalJson.FromArray(change.Added)),
        _ => throw new ArgumentOutOfRangeException(nameof(delta), delta, "A delta without a meaning in an insert."),
    };
}

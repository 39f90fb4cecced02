using Runnel.Client.Models;

namespace Runnel.Client.Conflicts;

/// <summary>How an app settles concurrent values of one field.</summary>
internal abstract class ConflictRule
{
    /// <summary>The value to write in the place of both; an exception of the app's reaches the caller.</summary>
    public abstract CanonicalJson Settle(CanonicalJson? mine, CanonicalJson? theirs, CanonicalJson? was);
}

/// <summary>A rule in the property's own type.</summary>
internal sealed class ConflictRule<TValue>(IValueField<TValue> field, Func<TValue, TValue, TValue, TValue> settle) : ConflictRule
{
    public override CanonicalJson Settle(CanonicalJson? mine, CanonicalJson? theirs, CanonicalJson? was) =>
        field.WriteValue(settle(field.ReadValue(mine), field.ReadValue(theirs), field.ReadValue(was)));
}

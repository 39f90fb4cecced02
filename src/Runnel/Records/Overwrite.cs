namespace Runnel.Records;

/// <summary>A write that lost to another although neither author had seen the other's: a conflict to list, and to restore if people want.</summary>
/// <param name="Field">The field; <c>null</c> if the loser is a delete.</param>
/// <param name="Lost">What would make the lost write again; <c>null</c> if the loser is a delete.</param>
/// <param name="Loser">The event whose write was lost.</param>
/// <param name="Winner">The event that it lost to.</param>
/// <param name="Rule">By what rule.</param>
public sealed record Overwrite(FieldName? Field, Delta? Lost, Writer Loser, Writer Winner, OverwriteRule Rule);

/// <summary>By what a write was overwritten.</summary>
public enum OverwriteRule
{
    /// <summary>The winner's write of the same field, or its update of an object that the loser deleted, is later.</summary>
    LaterWrite,

    /// <summary>The winner inserted the object later, which writes all of it.</summary>
    LaterInsert,

    /// <summary>The winner deleted the object.</summary>
    Delete,
}

namespace Runnel.Records;

/// <summary>A write that lost to another although neither author had seen the other's: a conflict to list, and to restore if people want.</summary>
/// <param name="Field">The field; <c>null</c> if the loser is a delete.</param>
/// <param name="Lost">What would make the lost write again; <c>null</c> if the loser is a delete.</param>
/// <param name="Loser">The event whose write was lost.</param>
/// <param name="Winner">The event that it lost to.</param>
/// <param name="Rule">By what rule.</param>
public sealed record Overwrite(FieldName? Field, Delta? Lost, Writer Loser, Writer Winner, OverwriteRule Rule);

namespace Runnel.Records;

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

namespace Runnel;

/// <summary>What an event does to its object.</summary>
public enum EventOp
{
    /// <summary>Writes the whole object: fields that it does not name become absent; an existing id is replaced.</summary>
    Insert,

    /// <summary>Writes the fields it names, at least one; an object without an insert stays invisible.</summary>
    Update,

    /// <summary>Hides the object.</summary>
    Delete,
}

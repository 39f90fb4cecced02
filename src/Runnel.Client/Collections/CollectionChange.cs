namespace Runnel.Client;

/// <summary>What became of an object.</summary>
public enum CollectionChangeKind
{
    /// <summary>It is there now.</summary>
    Inserted,

    /// <summary>It reads something else now.</summary>
    Updated,

    /// <summary>It is no longer there. It keeps its values.</summary>
    Removed,
}

/// <summary>A change of a collection. Never changes itself.</summary>
/// <typeparam name="T">The model class.</typeparam>
/// <param name="Kind">What became of the object.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Model">The object.</param>
public sealed record CollectionChange<T>(CollectionChangeKind Kind, ObjectKey Key, T Model);

namespace Runnel.Client.Generators;

/// <summary>The ways to implement a property.</summary>
internal enum PropertyKind
{
    /// <summary>In error, and reported: only so that the compiler does not complain a second time.</summary>
    Broken,

    /// <summary>A scalar that processors read in one go.</summary>
    Atomic,

    /// <summary>A wider scalar, read under a lock.</summary>
    Wide,

    /// <summary>A list or nested object.</summary>
    Whole,

    /// <summary>A counter that processors read in one go.</summary>
    AtomicCounter,

    /// <summary>A wider counter.</summary>
    WideCounter,

    /// <summary>A live set.</summary>
    Set,

    /// <summary>The object's id as text.</summary>
    TextKey,

    /// <summary>The object's id as text that may be <c>null</c>.</summary>
    NullableTextKey,

    /// <summary>The object's id as a UUID.</summary>
    GuidKey,
}

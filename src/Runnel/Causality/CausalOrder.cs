namespace Runnel;

/// <summary>How two events, or two version vectors, stand to each other.</summary>
public enum CausalOrder
{
    /// <summary>They are the same.</summary>
    Equal,

    /// <summary>The left happened before the right: the right's author had seen it.</summary>
    Before,

    /// <summary>The right happened before the left: the left's author had seen it.</summary>
    After,

    /// <summary>Neither author had seen the other's.</summary>
    Concurrent,
}

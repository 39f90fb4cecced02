namespace Runnel.Server.Stores;

/// <summary>What kind of fault a store met.</summary>
public enum StoreFault
{
    /// <summary>The device failed to write, sync or read.</summary>
    Failed,

    /// <summary>No room; works again once there is.</summary>
    Full,

    /// <summary>Bytes are not what was written: a flipped bit, a torn or swapped row, an early end.</summary>
    Damaged,

    /// <summary>The data are in use by another process, of a newer version, or not writable.</summary>
    Unusable,
}

/// <summary>A store's fault, named: which data, what was expected, what was found, and the way out where there is one.</summary>
public sealed class StreamStoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StreamStoreException(StoreFault fault, string message, Exception? innerException = null) : base(message, innerException) => Fault = fault;

    /// <summary>What kind of fault it is.</summary>
    public StoreFault Fault { get; }

    /// <summary>The stream that alone is affected; <c>null</c> if the store as a whole is.</summary>
    public StreamName? Stream { get; init; }
}

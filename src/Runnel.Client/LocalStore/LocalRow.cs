namespace Runnel.Client.LocalStore;

/// <summary>What a row of a local store is about. The numbers are part of the file format.</summary>
public enum LocalKind
{
    /// <summary>The client itself: its id and session.</summary>
    Client = 0,

    /// <summary>A stream: its id, settings and how far it is reconciled.</summary>
    Stream = 1,

    /// <summary>The confirmed merge state of one object.</summary>
    Record = 2,

    /// <summary>An event in the outbox: waiting, on its way, or rejected and kept.</summary>
    Pending = 3,

    /// <summary>A conflict that has not been put aside.</summary>
    Conflict = 4,

    /// <summary>Edits that another instance of the app made, until the one that leads has taken them over.</summary>
    Handed = 5,
}

/// <summary>Names a row.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Stream">The stream it belongs to; empty for the client itself.</param>
/// <param name="Name">Its name among those of its kind and stream.</param>
public readonly record struct LocalKey(LocalKind Kind, string Stream, string Name);

/// <summary>A row as it is kept.</summary>
/// <param name="Name">Its name among those of its kind and stream.</param>
/// <param name="Value">Its content.</param>
public readonly record struct LocalRow(string Name, ReadOnlyMemory<byte> Value);

/// <summary>One change of a row.</summary>
/// <param name="Key">The row.</param>
/// <param name="Value">Its new content; <c>null</c> removes the row.</param>
public readonly record struct LocalWrite(LocalKey Key, ReadOnlyMemory<byte>? Value);

/// <summary>A local store's fault, with the way out where there is one.</summary>
public sealed class LocalStoreException(string message, Exception? innerException = null) : Exception(message, innerException);

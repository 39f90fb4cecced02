namespace Runnel.Client;

/// <summary>How far an object's edits have come. Every edit is in one of these states, the worst of which is that of its object.</summary>
public enum SyncState
{
    /// <summary>The object is in no collection.</summary>
    None,

    /// <summary>Every edit has come back from the server: all devices see it, or will.</summary>
    Acknowledged,

    /// <summary>An edit waits for the server. It is kept on this device's disk.</summary>
    Pending,

    /// <summary>The server has refused an edit for good. It is kept until somebody decides: see <c>Rejections</c> of the stream.</summary>
    Rejected,
}

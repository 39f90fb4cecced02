using Runnel.Client.Outbox;

namespace Runnel.Client;

/// <summary>An edit that the server refused for good. It is kept on disk until somebody decides; only what was done on top of it waits.</summary>
public sealed class Rejection
{
    private readonly SyncedStream _stream;
    private readonly PendingEvent _pending;

    internal Rejection(SyncedStream stream, PendingEvent pending)
    {
        _stream = stream;
        _pending = pending;
    }

    /// <summary>The object.</summary>
    public ObjectKey Key => _pending.Key;

    /// <summary>What was to be done.</summary>
    public EventDraft Edit => _pending.Draft;

    /// <summary>The server's code for the reason.</summary>
    public string Code => _pending.Rejection!.Code.Name;

    /// <summary>The server's reason, for people.</summary>
    public string Reason => _pending.Rejection!.Message;

    /// <summary>Makes the edit again, as one of now; the server may take it this time.</summary>
    public void Retry() => _stream.Retry(_pending, null);

    /// <summary>Makes another edit in its place.</summary>
    public void Retry(EventDraft edited) => _stream.Retry(_pending, edited);

    /// <summary>Gives the edit up.</summary>
    public void Discard() => _stream.Discard(_pending);
}

using System.Text;
using Runnel.Client.Outbox;
using Runnel.Protocol;

namespace Runnel.Client;

/// <summary>
/// An edit that the server refused for good, or a batch of them: kept on disk until somebody decides. Only what was done on top of it
/// waits. Safe for use by many threads.
/// </summary>
public sealed class Rejection
{
    private readonly SyncedStream _stream;
    private readonly IReadOnlyList<PendingEvent> _events;

    private Rejection(SyncedStream stream, IReadOnlyList<PendingEvent> events)
    {
        _stream = stream;
        _events = events;
    }

    /// <summary>The objects that were to be edited.</summary>
    public IReadOnlyList<ObjectKey> Keys => [.. _events.Select(pending => pending.Key).Distinct()];

    /// <summary>What was to be done: one event, or those of a batch, in order.</summary>
    public IReadOnlyList<EventDraft> Edits => [.. _events.Select(pending => pending.Draft)];

    /// <summary>The server's code for the reason.</summary>
    public string Code => _events[0].Rejection!.Code.Name;

    /// <summary>The server's reason, for people.</summary>
    public string Reason => _events[0].Rejection!.Message;

    /// <summary>Makes the edit again, as one of now; the server may take it this time. Completes when that is on disk.</summary>
    public Task RetryAsync() => EditAsync(edit => edit);

    /// <summary>
    /// Makes another edit in its place: <paramref name="change"/> gets each of <see cref="Edits"/> and answers what to try instead, about the
    /// same object. Completes when that is on disk.
    /// </summary>
    public Task EditAsync(Func<EventDraft, EventDraft> change)
    {
        _stream.Retry(_events[0], change);
        return _stream.Client.FlushAsync();
    }

    /// <summary>Gives the edit up. Completes when that is on disk.</summary>
    public Task DiscardAsync()
    {
        _stream.Discard(_events);
        return _stream.Client.FlushAsync();
    }

    /// <summary>The edit and the reason as JSON, to be kept elsewhere: <c>{"code":…,"events":[…],"reason":…,"stream":…}</c>.</summary>
    public string Export()
    {
        var events = _events.Select(pending => CanonicalJson.Parse(Encoding.UTF8.GetString(EventText(pending.Draft))));
        return CanonicalJson.FromObject(
        [
            new("code", CanonicalJson.FromString(Code)), new("events", CanonicalJson.FromArray(events)),
            new("reason", CanonicalJson.FromString(Reason)), new("stream", CanonicalJson.FromString(_stream.Name)),
        ]).ToString();
    }

    /// <summary>The rejected edits of a stream, oldest first; the gate is held.</summary>
    internal static IEnumerable<Rejection> In(SyncedStream stream) =>
        from pending in stream.Replica.Outbox.Events
        where pending.Rejection is not null
        group pending by pending.Batch is { } batch ? (batch, 0L) : (0L, pending.Place) into together
        select new Rejection(stream, [.. together]);

    private static ReadOnlySpan<byte> EventText(EventDraft draft)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        EventCodec.Write(output, draft);
        return output.WrittenSpan;
    }
}

using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>
/// What holds for every connection whatever a case is about: frames of events follow one another without a gap or an overlap from
/// where the subscription began, each holding exactly the events that it says it covers. Safe for use by several threads at once.
/// </summary>
internal sealed class CursorRules
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Cursor> _cursors = [];

    /// <summary>Takes note of what the client says.</summary>
    public void Sent(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || Text(message, "stream") is not { } stream) return;
        lock (_gate)
        {
            if (Inbox.Says(message, "type", "unsubscribe") && _cursors.TryGetValue(stream, out var cursor)) cursor.IsEnding = true;
            if (Inbox.Says(message, "type", "subscribe") && Number(message, "after") is { } after) CursorOf(stream).Asked.Enqueue(after);
        }
    }

    /// <summary>The client knows that what it said is done: frames of streams that it left may no longer come.</summary>
    public void Fenced()
    {
        lock (_gate)
        {
            foreach (var cursor in _cursors.Values.Where(cursor => cursor.IsEnding)) (cursor.At, cursor.IsEnding) = (null, false);
        }
    }

    /// <summary>Takes note of what the server says; the rule that it breaks, or null.</summary>
    public string? Received(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || Text(message, "type") is null) return $"this is no message: {Transcript.Shorten(message.GetRawText())}";
        lock (_gate)
        {
            return Text(message, "type") switch
            {
                "subscribed" => Begin(message),
                "error" => End(message),
                "events" => Advance(message),
                "fetched" => WrongRange(message),
                _ => null,
            };
        }
    }

    private string? Begin(JsonElement message)
    {
        var cursor = CursorOf(Text(message, "stream") ?? "");
        if (!cursor.Asked.TryDequeue(out var after)) return $"nobody asked for this: {message.GetRawText()}";
        (cursor.At, cursor.IsEnding) = (after, false);
        return null;
    }

    private string? End(JsonElement message)
    {
        if (Text(message, "stream") is not { } stream || Number(message, "ref") is not null || !_cursors.TryGetValue(stream, out var cursor)) return null;
        if (cursor.Asked.TryDequeue(out _)) return null;   // refused, which leaves an earlier subscription as it is
        if (Text(message, "code") is "gone" or "internal") cursor.At = null;
        return null;
    }

    private string? Advance(JsonElement message)
    {
        if (WrongRange(message) is { } wrong) return wrong;
        var cursor = CursorOf(Text(message, "stream") ?? "");
        if (cursor.At is not { } at) return $"the client is not subscribed: {Transcript.Shorten(message.GetRawText())}";
        if (Number(message, "from") != at + 1) return $"the frame covers from {Number(message, "from")}; the subscription stands at {at}, so {at + 1} comes next";
        cursor.At = Number(message, "to");
        return null;
    }

    private static string? WrongRange(JsonElement message)
    {
        if (Number(message, "from") is not { } from || Number(message, "to") is not { } to || to < from) return $"no range is covered: {Transcript.Shorten(message.GetRawText())}";
        if (!message.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Array) return "the frame lacks events";
        var next = from;
        foreach (var stored in events.EnumerateArray())
        {
            if (Number(stored, "seq") != next) return $"event {next} comes next in the frame, not {Number(stored, "seq")}";
            next++;
        }
        return next == to + 1 ? null : $"the frame covers {from} to {to}, yet its events end at {next - 1}";
    }

    private Cursor CursorOf(string stream)
    {
        if (!_cursors.TryGetValue(stream, out var cursor)) _cursors.Add(stream, cursor = new Cursor());
        return cursor;
    }

    private static string? Text(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static long? Number(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) ? number : null;

    private sealed class Cursor
    {
        public Queue<long> Asked { get; } = new();

        public long? At { get; set; }

        public bool IsEnding { get; set; }
    }
}

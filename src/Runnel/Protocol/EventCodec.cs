using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Runnel.Protocol;

/// <summary>Events as JSON: drafts as clients send them, stream events as they are stored and delivered.</summary>
public static class EventCodec
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // What other servers may write: RFC 3339 in UTC, with any fraction of a second.
    private const string AcceptedTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    // Nothing that is written as text needs an escape: names and times are plain ASCII.
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true };

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = CanonicalJson.MaxDepth };

    /// <summary>
    /// Reads the draft that <paramref name="reader"/> stands on, leaving it on the event's last token also when it is refused.
    /// Unknown members are ignored.
    /// </summary>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    public static bool TryReadDraft(ref Utf8JsonReader reader, [NotNullWhen(true)] out EventDraft? draft, [NotNullWhen(false)] out Refusal? refusal)
    {
        draft = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            refusal = Invalid("An event is a JSON object.");
            return false;
        }
        var members = new EventMembers();
        members.Read(ref reader);
        draft = members.ToDraft(out var error);
        refusal = error is null ? null : Invalid(error);
        return draft is not null;
    }

    /// <summary>Reads one draft from a JSON text of its own.</summary>
    public static bool TryParseDraft(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out EventDraft? draft, [NotNullWhen(false)] out Refusal? refusal)
    {
        draft = null;
        try
        {
            var reader = new Utf8JsonReader(utf8, ReaderOptions);
            reader.Read();
            var valid = TryReadDraft(ref reader, out draft, out refusal);
            reader.Read();   // throws if anything follows
            return valid;
        }
        catch (JsonException exception)
        {
            draft = null;
            refusal = new Refusal(ErrorCode.InvalidMessage, $"This is not JSON: {exception.Message}");
            return false;
        }
    }

    /// <summary>Reads a stored event, as <see cref="Write(IBufferWriter{byte}, StreamEvent)"/> writes it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static StreamEvent ParseStored(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        try
        {
            reader.Read();
            var stored = ReadStored(ref reader);
            reader.Read();   // throws if anything follows
            return stored;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"A stored event is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the stored event that <paramref name="reader"/> stands on, leaving it on the event's last token.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    public static StreamEvent ReadStored(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("A stored event is a JSON object.");
        var members = new EventMembers();
        members.Read(ref reader);
        return members.ToStreamEvent(out var error) ?? throw new FormatException($"A stored event is damaged: {error}");
    }

    /// <summary>Writes the event as it is stored and delivered: one JSON object without spaces, id and fields in canonical form.</summary>
    public static void Write(IBufferWriter<byte> output, StreamEvent stored)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("seq"u8, stored.Seq.Value);
        writer.WriteString("client"u8, stored.Client.Value);
        writer.WriteString("at"u8, FormatTime(stored.At));
        WriteAuthored(writer, stored.Event.ClientSeq, stored.Event.PrecedingSeq, stored.Event.Op, stored.Event.Key, stored.Event.Fields, stored.Event.Blind);
        writer.WriteEndObject();
    }

    /// <summary>Writes the event as its author sends it; numbers that the draft leaves out stay out.</summary>
    public static void Write(IBufferWriter<byte> output, EventDraft draft)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        WriteAuthored(writer, draft.ClientSeq, draft.PrecedingSeq, draft.Op, draft.Key, draft.Fields, draft.Blind);
        writer.WriteEndObject();
    }

    /// <summary>A time as the protocol writes it: RFC 3339, UTC, to the millisecond.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads a time of the protocol: RFC 3339, UTC, with any fraction of a second.</summary>
    internal static bool TryParseTime(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, AcceptedTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static void WriteAuthored(
        Utf8JsonWriter writer, long? clientSeq, Seq? precedingSeq, EventOp op, ObjectKey key, EventFields fields, bool blind)
    {
        if (clientSeq is { } number) writer.WriteNumber("clientSeq"u8, number);
        if (precedingSeq is { } preceding) writer.WriteNumber("precedingSeq"u8, preceding.Value);
        writer.WriteString("op"u8, op switch { EventOp.Insert => "insert"u8, EventOp.Update => "update"u8, _ => "delete"u8 });
        writer.WriteString("collection"u8, key.Collection.Value);
        writer.WritePropertyName("id"u8);
        writer.WriteRawValue(CanonicalJson.FromString(key.Id.Value).Utf8.Span, skipInputValidation: true);
        if (op != EventOp.Delete)
        {
            writer.WritePropertyName("fields"u8);
            writer.WriteRawValue(fields.Wire.Utf8.Span, skipInputValidation: true);
        }
        if (blind) writer.WriteBoolean("blind"u8, true);
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidEvent, message);
}

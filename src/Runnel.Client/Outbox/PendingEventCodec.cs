using System.Buffers;
using System.Text.Json;
using Runnel.Protocol;

namespace Runnel.Client.Outbox;

/// <summary>Pending events as rows of the local store: JSON, so that people can read their outbox with any tool.</summary>
internal static class PendingEventCodec
{
    public static ReadOnlyMemory<byte> Write(PendingEvent pending)
    {
        var draft = new ArrayBufferWriter<byte>();
        EventCodec.Write(draft, pending.Draft);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            if (pending.Batch is { } batch) writer.WriteNumber("batch", batch);
            if (pending.Nonce is { } nonce) writer.WriteString("nonce", nonce);
            if (pending.Rejection is { } rejection)
            {
                writer.WriteString("rejectedFor", rejection.Code.Name);
                writer.WriteString("rejectedBecause", rejection.Message);
            }
            if (pending.Was is { } was)
            {
                writer.WritePropertyName("was");
                writer.WriteRawValue(was.Utf8.Span, skipInputValidation: true);
            }
            writer.WritePropertyName("event");
            writer.WriteRawValue(draft.WrittenSpan, skipInputValidation: true);
            writer.WriteEndObject();
        }
        return output.WrittenMemory;
    }

    /// <exception cref="FormatException">The row is none of this version's.</exception>
    public static PendingEvent Read(long place, ReadOnlySpan<byte> row)
    {
        try
        {
            return ReadMembers(place, row);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)   // not JSON, or a member of another type
        {
            throw new FormatException($"Event {place} of the outbox cannot be read: {exception.Message}", exception);
        }
    }

    private static PendingEvent ReadMembers(long place, ReadOnlySpan<byte> row)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
        EventDraft? draft = null;
        long? batch = null;
        CanonicalJson? was = null;
        string? nonce = null, code = null, reason = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "batch": batch = reader.GetInt64(); break;
                case "nonce": nonce = reader.GetString(); break;
                case "rejectedFor": code = reader.GetString(); break;
                case "rejectedBecause": reason = reader.GetString(); break;
                case "event" when !EventCodec.TryReadDraft(ref reader, out draft, out var refusal):
                    throw new FormatException($"Event {place} of the outbox cannot be read: {refusal.Message}");
                case "was" when CanonicalJson.TryRead(ref reader, out var seen, out _): was = seen; break;
                default: reader.Skip(); break;
            }
        }
        return new PendingEvent(place, draft ?? throw new FormatException($"Event {place} of the outbox is empty."), batch)
        {
            Nonce = nonce,
            Was = was,
            Rejection = code is null ? null : new Refusal(ErrorCode.TryParse(code, out var known) ? known : ErrorCode.InvalidEvent, reason ?? ""),
        };
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Runnel.Protocol;

/// <summary>Events as JSON: drafts as clients send them, stream events as they are stored and delivered.</summary>
public static class EventCodec
{
    // The largest integer that every JSON reader holds exactly.
    private const long MaxInteger = (1L << 53) - 1;

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
        var error = members.Read(ref reader);
        if (error is null) draft = members.ToDraft(out error);
        refusal = error is null ? null : Invalid(error);
        return draft is not null;
    }

    /// <summary>Reads one draft from a JSON text of its own.</summary>
    public static bool TryParseDraft(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out EventDraft? draft, [NotNullWhen(false)] out Refusal? refusal)
    {
        draft = null;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
            reader.Read();
            return TryReadDraft(ref reader, out draft, out refusal);
        }
        catch (JsonException exception)
        {
            refusal = new Refusal(ErrorCode.InvalidMessage, $"This is not JSON: {exception.Message}");
            return false;
        }
    }

    /// <summary>Reads a stored event, as <see cref="Write(IBufferWriter{byte}, StreamEvent)"/> writes it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static StreamEvent ParseStored(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
        try
        {
            reader.Read();
            return ReadStored(ref reader);
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
        var members = new EventMembers();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("A stored event is a JSON object.");
        var error = members.Read(ref reader);
        return members.ToStreamEvent(ref error) ?? throw new FormatException($"A stored event is damaged: {error}");
    }

    /// <summary>Writes the event as it is stored and delivered: one JSON object, canonical where it matters, without spaces.</summary>
    public static void Write(IBufferWriter<byte> output, StreamEvent stored)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
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
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        WriteAuthored(writer, draft.ClientSeq, draft.PrecedingSeq, draft.Op, draft.Key, draft.Fields, draft.Blind);
        writer.WriteEndObject();
    }

    /// <summary>A time as the protocol writes it: RFC 3339, UTC, to the millisecond.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteAuthored(
        Utf8JsonWriter writer, long? clientSeq, Seq? precedingSeq, EventOp op, ObjectKey key, EventFields fields, bool blind)
    {
        if (clientSeq is { } number) writer.WriteNumber("clientSeq"u8, number);
        if (precedingSeq is { } preceding) writer.WriteNumber("precedingSeq"u8, preceding.Value);
        writer.WriteString("op"u8, op switch { EventOp.Insert => "insert"u8, EventOp.Update => "update"u8, _ => "delete"u8 });
        writer.WriteString("collection"u8, key.Collection.Value);
        writer.WriteString("id"u8, key.Id.Value);
        if (op != EventOp.Delete)
        {
            writer.WritePropertyName("fields"u8);
            writer.WriteRawValue(fields.Wire.Utf8.Span, skipInputValidation: true);
        }
        if (blind) writer.WriteBoolean("blind"u8, true);
    }

    private static Refusal Invalid(string message) => new(ErrorCode.InvalidEvent, message);

    /// <summary>The members of an event's JSON object, as far as they were there.</summary>
    private struct EventMembers
    {
        private long? _seq, _clientSeq, _precedingSeq;
        private string? _client, _at, _op, _collection, _id;
        private CanonicalJson? _fields;
        private bool? _blind;

        /// <summary>Reads to the end of the object, whatever is in it; the first thing wrong with it, or null.</summary>
        public string? Read(ref Utf8JsonReader reader)
        {
            string? error = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Canonicalizer.TryGetText(ref reader, out var name)) error ??= "A name is not well-formed Unicode.";
                reader.Read();
                var memberError = ReadMember(name, ref reader);
                error ??= memberError;
                reader.Skip();
            }
            return error;
        }

        public readonly EventDraft? ToDraft(out string? error)
        {
            var op = ParseOp(out error);
            error ??= _clientSeq < 1 ? $"A clientSeq begins at 1, not {_clientSeq}." : null;
            error ??= _precedingSeq < 0 ? $"A precedingSeq is never negative: {_precedingSeq}." : null;
            var key = ParseKey(ref error);
            var fields = ParseFields(op, ref error);
            return error is null ? new EventDraft(_clientSeq, _precedingSeq is { } seq ? new Seq(seq) : null, op, key, fields, _blind ?? false) : null;
        }

        public readonly StreamEvent? ToStreamEvent(ref string? error)
        {
            if (error is not null || ToDraft(out error) is not { } draft) return null;
            if (_seq is not > 0 || !ClientId.TryParse(_client, out var client) || draft is not { ClientSeq: { } clientSeq, PrecedingSeq: { } precedingSeq })
            {
                error = "seq, client, clientSeq or precedingSeq is missing.";
                return null;
            }
            if (!DateTimeOffset.TryParse(_at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                error = $"at is no time: {_at}";
                return null;
            }
            return new StreamEvent(new Seq(_seq.Value), client, at, draft.Complete(clientSeq, precedingSeq));
        }

        private string? ReadMember(string? name, ref Utf8JsonReader reader) => name switch
        {
            "seq" => ReadNumber(name, ref reader, ref _seq),
            "clientSeq" => ReadNumber(name, ref reader, ref _clientSeq),
            "precedingSeq" => ReadNumber(name, ref reader, ref _precedingSeq),
            "client" => ReadText(name, ref reader, ref _client),
            "at" => ReadText(name, ref reader, ref _at),
            "op" => ReadText(name, ref reader, ref _op),
            "collection" => ReadText(name, ref reader, ref _collection),
            "id" => ReadText(name, ref reader, ref _id),
            "blind" => ReadFlag(ref reader),
            "fields" => ReadFields(ref reader),
            _ => null,
        };

        private static string? ReadNumber(string name, ref Utf8JsonReader reader, ref long? number)
        {
            if (number is not null) return Twice(name);
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var value) || Math.Abs((double)value) > MaxInteger)
            {
                return $"{name} is an integer below 2^53.";
            }
            number = value;
            return null;
        }

        private static string? ReadText(string name, ref Utf8JsonReader reader, ref string? text)
        {
            if (text is not null) return Twice(name);
            if (reader.TokenType != JsonTokenType.String) return $"{name} is a string.";
            return Canonicalizer.TryGetText(ref reader, out text) ? null : $"{name} is not well-formed Unicode.";
        }

        private string? ReadFlag(ref Utf8JsonReader reader)
        {
            if (_blind is not null) return Twice("blind");
            if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return "blind is true or false.";
            _blind = reader.GetBoolean();
            return null;
        }

        private string? ReadFields(ref Utf8JsonReader reader)
        {
            if (_fields is not null) return Twice("fields");
            if (reader.TokenType != JsonTokenType.StartObject) return "fields is an object.";
            var depth = reader.CurrentDepth;
            if (CanonicalJson.TryRead(ref reader, out var value, out var error))
            {
                _fields = value;
                return null;
            }
            while (reader.CurrentDepth > depth && reader.Read()) { }
            return error;
        }

        private readonly EventOp ParseOp(out string? error)
        {
            error = null;
            switch (_op)
            {
                case "insert": return EventOp.Insert;
                case "update": return EventOp.Update;
                case "delete": return EventOp.Delete;
                default:
                    error = _op is null ? "op is missing: insert, update or delete." : $"op is insert, update or delete, not \"{_op}\".";
                    return default;
            }
        }

        private readonly ObjectKey ParseKey(ref string? error)
        {
            if (!CollectionName.TryParse(_collection, out var collection))
            {
                error ??= $"collection is 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _, not \"{_collection}\".";
            }
            if (!ObjectId.TryParse(_id, out var id)) error ??= "id is 1-128 characters without control characters.";
            return new ObjectKey(collection, id);
        }

        private readonly EventFields ParseFields(EventOp op, ref string? error)
        {
            if (op == EventOp.Delete)
            {
                if (_fields is not null) error ??= "A delete has no fields.";
                return EventFields.Empty;
            }
            if (_fields is not { } wire)
            {
                error ??= "fields is missing.";
                return EventFields.Empty;
            }
            if (!EventFields.TryParse(wire, out var fields, out var fieldsError)) error ??= fieldsError;
            if (op == EventOp.Update && fields is { Count: 0 }) error ??= "An update names at least one field.";
            return fields ?? EventFields.Empty;
        }

        private static string Twice(string name) => $"{name} is there twice.";
    }
}

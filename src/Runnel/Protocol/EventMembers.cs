using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Runnel.Protocol;

/// <summary>The members of an event's JSON object as far as they were there, and the first thing that is wrong with them.</summary>
internal struct EventMembers
{
    // The largest integer that every JSON reader holds exactly.
    private const long MaxInteger = (1L << 53) - 1;

    private string? _error;
    private long? _seq, _clientSeq, _precedingSeq;
    private string? _client, _at, _op, _collection, _id;
    private CanonicalJson? _fields;
    private bool? _blind;

    private enum Member { Other, Seq, Client, At, ClientSeq, PrecedingSeq, Op, Collection, Id, Fields, Blind }

    /// <summary>Reads from the object's first token to its last, whatever is in it.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        while (Canonicalizer.ReadNext(ref reader) == JsonTokenType.PropertyName)
        {
            var member = ReadName(ref reader);
            Canonicalizer.ReadNext(ref reader);
            switch (member)
            {
                case Member.Seq: ReadNumber("seq", ref reader, ref _seq); break;
                case Member.Client: ReadRecurring("client", ref reader, ref _client); break;
                case Member.At: ReadText("at", ref reader, ref _at); break;
                case Member.ClientSeq: ReadNumber("clientSeq", ref reader, ref _clientSeq); break;
                case Member.PrecedingSeq: ReadNumber("precedingSeq", ref reader, ref _precedingSeq); break;
                case Member.Op: ReadRecurring("op", ref reader, ref _op); break;
                case Member.Collection: ReadRecurring("collection", ref reader, ref _collection); break;
                case Member.Id: ReadText("id", ref reader, ref _id); break;
                case Member.Fields: ReadFields(ref reader); break;
                case Member.Blind: ReadFlag("blind", ref reader, ref _blind); break;
            }
            reader.Skip();
        }
    }

    /// <summary>The draft, or <c>null</c> and what is wrong.</summary>
    public EventDraft? ToDraft(out string? error)
    {
        var op = ParseOp();
        if (_clientSeq < 1) Fail($"A clientSeq begins at 1, not {_clientSeq}.");
        if (_precedingSeq < 0) Fail($"A precedingSeq is never negative: {_precedingSeq}.");
        var key = ParseKey();
        var fields = ParseFields(op);
        error = _error;
        return error is null ? new EventDraft(_clientSeq, _precedingSeq is { } seq ? new Seq(seq) : null, op, key, fields, _blind ?? false) : null;
    }

    /// <summary>The stored event, or <c>null</c> and what is wrong.</summary>
    public StreamEvent? ToStreamEvent(out string? error)
    {
        var draft = ToDraft(out _);
        if (_seq is not > 0) Fail($"seq is missing, or not a seq: {_seq}");
        if (!ClientId.TryParse(_client, out var client)) Fail($"client is missing, or none: \"{_client}\"");
        if (_clientSeq is null || _precedingSeq is null) Fail("clientSeq or precedingSeq is missing.");
        if (!EventCodec.TryParseTime(_at, out var at)) Fail($"at is missing, or no time: \"{_at}\"");
        error = _error;
        return error is null ? new StreamEvent(new Seq(_seq!.Value), client, at, draft!.Complete(_clientSeq!.Value, new Seq(_precedingSeq!.Value))) : null;
    }

    private static Member Identify(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("seq"u8) => Member.Seq,
        _ when name.SequenceEqual("client"u8) => Member.Client,
        _ when name.SequenceEqual("at"u8) => Member.At,
        _ when name.SequenceEqual("clientSeq"u8) => Member.ClientSeq,
        _ when name.SequenceEqual("precedingSeq"u8) => Member.PrecedingSeq,
        _ when name.SequenceEqual("op"u8) => Member.Op,
        _ when name.SequenceEqual("collection"u8) => Member.Collection,
        _ when name.SequenceEqual("id"u8) => Member.Id,
        _ when name.SequenceEqual("fields"u8) => Member.Fields,
        _ when name.SequenceEqual("blind"u8) => Member.Blind,
        _ => Member.Other,
    };

    /// <summary>Keeps what is wrong, unless something was before.</summary>
    private void Fail(string error) => _error ??= error;

    private Member ReadName(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped && !reader.HasValueSequence && Utf8.IsValid(reader.ValueSpan)) return Identify(reader.ValueSpan);
        if (Canonicalizer.TryGetText(ref reader, out var name)) return Identify(Encoding.UTF8.GetBytes(name));
        Fail("A name is not well-formed Unicode.");
        return Member.Other;
    }

    private void ReadNumber(string name, ref Utf8JsonReader reader, ref long? number)
    {
        if (number is not null)
        {
            FailTwice(name);
        }
        else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && Math.Abs((double)value) <= MaxInteger)
        {
            number = value;
        }
        else
        {
            Fail($"{name} is an integer below 2^53.");
        }
    }

    private void ReadText(string name, ref Utf8JsonReader reader, ref string? text)
    {
        if (text is not null) FailTwice(name);
        else if (reader.TokenType != JsonTokenType.String) Fail($"{name} is a string.");
        else if (!Canonicalizer.TryGetText(ref reader, out text)) Fail($"{name} is not well-formed Unicode.");
    }

    /// <summary>Reads a text that many events have.</summary>
    private void ReadRecurring(string name, ref Utf8JsonReader reader, ref string? text)
    {
        if (text is not null) FailTwice(name);
        else if (reader.TokenType != JsonTokenType.String) Fail($"{name} is a string.");
        else if (!Canonicalizer.TryGetName(ref reader, out text)) Fail($"{name} is not well-formed Unicode.");
    }

    private void ReadFlag(string name, ref Utf8JsonReader reader, ref bool? flag)
    {
        if (flag is not null) FailTwice(name);
        else if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) flag = reader.GetBoolean();
        else Fail($"{name} is true or false.");
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        if (_fields is not null)
        {
            FailTwice("fields");
        }
        else if (reader.TokenType != JsonTokenType.StartObject)
        {
            Fail("fields is an object.");
        }
        else
        {
            var depth = reader.CurrentDepth;
            if (CanonicalJson.TryRead(ref reader, out var value, out var error))
            {
                _fields = value;
                return;
            }
            Fail(error);
            while (reader.CurrentDepth > depth) Canonicalizer.ReadNext(ref reader);
        }
    }

    private void FailTwice(string name) => Fail($"{name} is there twice.");

    private EventOp ParseOp()
    {
        switch (_op)
        {
            case "insert": return EventOp.Insert;
            case "update": return EventOp.Update;
            case "delete": return EventOp.Delete;
            case null: Fail("op is missing: insert, update or delete."); break;
            default: Fail($"op is insert, update or delete, not \"{Excerpt.Of(_op)}\"."); break;
        }
        return default;
    }

    private ObjectKey ParseKey()
    {
        if (!CollectionName.TryParse(_collection, out var collection))
        {
            Fail(_collection is null
                ? "collection is missing."
                : $"collection is 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _, not \"{Excerpt.Of(_collection)}\".");
        }
        if (!ObjectId.TryParse(_id, out var id))
        {
            Fail(_id is null ? "id is missing." : $"id is 1-128 characters without control characters, not \"{Excerpt.Of(_id)}\".");
        }
        return new ObjectKey(collection, id);
    }

    private EventFields ParseFields(EventOp op)
    {
        if (op == EventOp.Delete)
        {
            if (_fields is not null) Fail("A delete has no fields.");
            return EventFields.Empty;
        }
        if (_fields is not { } wire)
        {
            Fail("fields is missing.");
            return EventFields.Empty;
        }
        if (!EventFields.TryParse(wire, out var fields, out var error)) Fail(error);
        if (op == EventOp.Update && fields is { Count: 0 }) Fail("An update names at least one field.");
        return fields ?? EventFields.Empty;
    }
}

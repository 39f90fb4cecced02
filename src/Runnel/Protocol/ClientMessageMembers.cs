using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>The members of a client's message, in whatever order they came.</summary>
internal sealed class ClientMessageMembers
{
    // More ranges than that are a client's mistake: what it lacks has far fewer gaps.
    private const int MaxRanges = 1_000;

    // Nonces are random ids of 32 digits; twice that leaves room for other clients' taste.
    private const int MaxNonceLength = 64;

    private readonly List<EventDraft> _events = [];
    private readonly HashSet<string> _seen = [];
    private string? _type, _stream, _client, _token, _id, _nonce, _unsupported, _error;
    private long? _ref, _session, _after;
    private bool _hasEvents, _hasTooManyRanges;
    private Refusal? _shapeRefusal;
    private List<SeqRange>? _ranges;
    private StreamSettings? _create;
    private ReadOnlyMemory<byte>? _data;

    /// <summary>Reads to the end of the message, whatever is in it.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Canonicalizer.TryGetText(ref reader, out var name)) _error ??= "A name is not well-formed Unicode.";
            reader.Read();
            ReadMember(name, ref reader);
            reader.Skip();
        }
    }

    public ClientMessage ToMessage()
    {
        if (_error is not null) return Unreadable(_error);
        return _type switch
        {
            "hello" => ToHello(),
            "subscribe" or "unsubscribe" or "publish" or "fetch" or "signal" =>
                StreamName.TryParse(_stream, out var stream) ? OfStream(stream) : WithoutStream(),
            null => Unreadable("type is missing."),
            _ => Unreadable($"There is no message type \"{Excerpt.Of(_type)}\"."),
        };
    }

    public ClientMessage Unreadable(string message) => Unreadable(ErrorCode.InvalidMessage, message);

    // What is no stream name is not repeated: it could be as long as the whole message.
    private ClientMessage.Unreadable Unreadable(ErrorCode code, string message) =>
        new(_ref, StreamName.TryParse(_stream, out _) ? _stream : null, new Refusal(code, message));

    private ClientMessage WithoutStream() => _stream is null
        ? Unreadable("stream is missing.")
        : Unreadable(ErrorCode.InvalidName, $"\"{Excerpt.Of(_stream)}\" is no stream name: 1-200 characters of A-Z a-z 0-9 . _ : ~ -, and neither \".\" nor \"..\".");

    private ClientMessage OfStream(StreamName stream) => _type switch
    {
        "subscribe" when _unsupported is not null => Unreadable(ErrorCode.NotSupported, $"This server does not support \"{_unsupported}\" yet."),
        "subscribe" when _after is null or < 0 => Unreadable("after is the seq up to which you hold the stream; 0 for none of it."),
        "subscribe" => new ClientMessage.Subscribe(stream, new Seq(_after!.Value), _create, _id),
        "unsubscribe" => new ClientMessage.Unsubscribe(stream),
        "signal" when _data is null => Unreadable("data is missing."),
        "signal" => new ClientMessage.Signal(stream, _data!.Value),
        _ when _ref is null => Unreadable("ref is missing."),
        "publish" when !_hasEvents => Unreadable("events is missing."),
        "publish" => new ClientMessage.Publish(_ref!.Value, stream, _shapeRefusal is null ? _events : [], _nonce, _shapeRefusal),
        _ when _hasTooManyRanges => Unreadable(ErrorCode.TooLarge, $"A fetch asks for at most {MaxRanges} ranges."),
        _ when _ranges is not { Count: > 0 } => Unreadable("ranges is missing or empty."),
        _ => new ClientMessage.Fetch(_ref!.Value, stream, _ranges),
    };

    private ClientMessage ToHello()
    {
        if (_client is null) return Unreadable("client is missing.");
        if (!ClientId.TryParse(_client, out var client))
        {
            return Unreadable(ErrorCode.InvalidName, $"\"{Excerpt.Of(_client)}\" is no client id: 1-64 characters of A-Z a-z 0-9 . _ : ~ -, and neither \".\" nor \"..\".");
        }
        return _session < 0 ? Unreadable("session is never negative.") : new ClientMessage.Hello(client, _session, _token);
    }

    private void ReadMember(string? name, ref Utf8JsonReader reader)
    {
        if (name is not null && !_seen.Add(name)) _error ??= $"{Excerpt.Of(name)} is there twice.";
        switch (name)
        {
            case "type": _type = ReadText(name, ref reader); break;
            case "stream": _stream = ReadText(name, ref reader); break;
            case "client": _client = ReadText(name, ref reader); break;
            case "token": _token = ReadText(name, ref reader); break;
            case "id": _id = ReadText(name, ref reader); break;
            case "nonce": _nonce = ReadNonce(name, ref reader); break;
            case "ref": _ref = ReadNumber(name, ref reader); break;
            case "session": _session = ReadNumber(name, ref reader); break;
            case "after": _after = ReadNumber(name, ref reader); break;
            case "events": ReadEvents(ref reader); break;
            case "ranges": _ranges = ReadRanges(ref reader); break;
            case "create": _create = ReadSettings(ref reader); break;
            case "data": _data = ReadData(ref reader); break;
            case "snapshot" when reader.TokenType == JsonTokenType.False: break;
            case "snapshot" or "filter" or "chain": _unsupported ??= name; break;
        }
    }

    private string? ReadText(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && Canonicalizer.TryGetText(ref reader, out var text)) return text;
        _error ??= $"{name} is a string.";
        return null;
    }

    private string? ReadNonce(string name, ref Utf8JsonReader reader)
    {
        var nonce = ReadText(name, ref reader);
        if (nonce is { Length: 0 or > MaxNonceLength }) _error ??= $"nonce is 1-{MaxNonceLength} characters.";
        return nonce;
    }

    private long? ReadNumber(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && Math.Abs((double)number) < CanonicalNumber.ExactIntegerLimit) return number;
        _error ??= $"{name} is an integer below 2^53.";
        return null;
    }

    private void ReadEvents(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _error ??= "events is an array.";
            return;
        }
        _hasEvents = true;
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (_shapeRefusal is not null) reader.Skip();
            else if (EventCodec.TryReadDraft(ref reader, out var draft, out var refusal)) _events.Add(draft);
            else _shapeRefusal = refusal with { Message = $"events[{count}]: {refusal.Message}" };
        }
        // Travels on with the batch: a stale session is answered first.
        if (count == 0) _shapeRefusal = new Refusal(ErrorCode.InvalidMessage, "events is empty.");
    }

    private List<SeqRange>? ReadRanges(ref Utf8JsonReader reader)
    {
        if (TryReadValue(ref reader, out var value, out _) && value.Kind == JsonValueKind.Array)
        {
            var ranges = value.Elements().Take(MaxRanges + 1).Select(ToRange).ToList();
            _hasTooManyRanges = ranges.Count > MaxRanges;
            if (ranges.All(range => range is not null)) return [.. ranges.Select(range => range!.Value)];
        }
        _error ??= "ranges is an array of pairs [from,to] with 1 <= from <= to.";
        return null;
    }

    private static SeqRange? ToRange(CanonicalJson pair) =>
        pair.Elements().ToList() is [var first, var second]
        && first.TryGetInteger(out var from) && second.TryGetInteger(out var to) && from >= 1 && to >= from
            ? new SeqRange(new Seq(from), new Seq(to))
            : null;

    private StreamSettings? ReadSettings(ref Utf8JsonReader reader)
    {
        if (!TryReadValue(ref reader, out var wire, out var error) || !StreamSettings.TryParse(wire, out var settings, out error))
        {
            _error ??= $"create: {error}";
            return null;
        }
        return settings;
    }

    /// <summary>Leaves the reader on the value's last token also when it is refused.</summary>
    private static bool TryReadValue(ref Utf8JsonReader reader, out CanonicalJson value, [NotNullWhen(false)] out string? error)
    {
        var depth = reader.CurrentDepth;
        if (CanonicalJson.TryRead(ref reader, out value, out error)) return true;
        while (reader.CurrentDepth > depth && reader.Read()) { }
        return false;
    }

    private static ReadOnlyMemory<byte> ReadData(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
        }
        catch (InvalidOperationException exception)   // what is passed on to others must be text to them, too
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}

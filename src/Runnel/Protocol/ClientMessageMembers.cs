using System.Text.Json;
using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>The members of a client's message, in whatever order they came.</summary>
internal sealed class ClientMessageMembers
{
    // More ranges than that are a client's mistake: what it lacks has far fewer gaps.
    private const int MaxRanges = 1_000;

    private readonly List<EventDraft> _events = [];
    private string? _type, _stream, _client, _token, _id, _nonce, _unsupported, _error;
    private long? _ref, _session, _after;
    private bool _hasEvents;
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
                StreamName.TryParse(_stream, out var stream) ? OfStream(stream) : Unreadable(ErrorCode.InvalidName, $"\"{_stream}\" is no stream name."),
            null => Unreadable("type is missing."),
            _ => Unreadable($"There is no message type \"{_type}\"."),
        };
    }

    public ClientMessage Unreadable(string message) => Unreadable(ErrorCode.InvalidMessage, message);

    private ClientMessage.Unreadable Unreadable(ErrorCode code, string message) => new(_ref, _stream, new Refusal(code, message));

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
        "publish" when _events.Count == 0 && _shapeRefusal is null => Unreadable("events is empty."),
        "publish" => new ClientMessage.Publish(_ref!.Value, stream, _shapeRefusal is null ? _events : [], _nonce, _shapeRefusal),
        _ when _ranges is not { Count: > 0 } => Unreadable("ranges is missing or empty."),
        _ => new ClientMessage.Fetch(_ref!.Value, stream, _ranges),
    };

    private ClientMessage ToHello()
    {
        if (_session < 0) return Unreadable("session is never negative.");
        return ClientId.TryParse(_client, out var client)
            ? new ClientMessage.Hello(client, _session, _token)
            : Unreadable(ErrorCode.InvalidName, $"\"{_client}\" is no client id.");
    }

    private void ReadMember(string? name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "type": _type = ReadText(name, ref reader); break;
            case "stream": _stream = ReadText(name, ref reader); break;
            case "client": _client = ReadText(name, ref reader); break;
            case "token": _token = ReadText(name, ref reader); break;
            case "id": _id = ReadText(name, ref reader); break;
            case "nonce": _nonce = ReadText(name, ref reader); break;
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
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (EventCodec.TryReadDraft(ref reader, out var draft, out var refusal)) _events.Add(draft);
            else _shapeRefusal ??= refusal with { Message = $"Event {_events.Count} of the batch: {refusal.Message}" };
        }
    }

    private List<SeqRange>? ReadRanges(ref Utf8JsonReader reader)
    {
        if (CanonicalJson.TryRead(ref reader, out var value, out _) && value.Kind == JsonValueKind.Array)
        {
            var ranges = value.Elements().Take(MaxRanges + 1).Select(ToRange).ToList();
            if (ranges.Count <= MaxRanges && ranges.All(range => range is not null)) return [.. ranges.Select(range => range!.Value)];
        }
        _error ??= $"ranges is an array of at most {MaxRanges} pairs [from,to] with 1 <= from <= to.";
        return null;
    }

    private static SeqRange? ToRange(CanonicalJson pair) =>
        pair.Elements().ToList() is [var first, var second]
        && first.TryGetInteger(out var from) && second.TryGetInteger(out var to) && from >= 1 && to >= from
            ? new SeqRange(new Seq(from), new Seq(to))
            : null;

    private StreamSettings? ReadSettings(ref Utf8JsonReader reader)
    {
        if (!CanonicalJson.TryRead(ref reader, out var wire, out var error) || !StreamSettings.TryParse(wire, out var settings, out error))
        {
            _error ??= $"create: {error}";
            return null;
        }
        return settings;
    }

    private static ReadOnlyMemory<byte> ReadData(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
    }
}

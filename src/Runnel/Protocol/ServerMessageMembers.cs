using System.Text;
using System.Text.Json;
using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>The members of a server's message, in whatever order they came. Members of the wrong type are the reader's to report.</summary>
internal sealed class ServerMessageMembers
{
    private readonly List<StreamEvent> _events = [];
    private readonly List<Seq> _seqs = [];
    private readonly Dictionary<string, int> _limits = [];
    private string? _type, _stream, _id, _nonce, _client, _code, _message;
    private long? _ref, _head, _lastClientSeq, _from, _to, _version;
    private bool _last, _retryable;
    private StreamSettings? _settings;
    private ReadOnlyMemory<byte>? _data;

    public void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            ReadMember(name, ref reader);
            reader.Skip();
        }
    }

    public ServerMessage ToMessage() => _type switch
    {
        "welcome" => new ServerMessage.Welcome((int)Needed(_version, "version"), new ProtocolLimits(Limit("eventBytes"), Limit("batchEvents"), Limit("batchBytes"), Limit("streams"))),
        "subscribed" => new ServerMessage.Subscribed(
            Stream(), Needed(_id, "id"), Position(_head, "head"), Needed(_settings, "settings"), Needed(_lastClientSeq, "lastClientSeq"), _nonce),
        "events" => new ServerMessage.Events(Stream(), Position(_from, "from"), Position(_to, "to"), _events),
        "published" => new ServerMessage.Published(Needed(_ref, "ref"), Stream(), _seqs),
        "fetched" => new ServerMessage.Fetched(Needed(_ref, "ref"), Stream(), Position(_from, "from"), Position(_to, "to"), _events, _last),
        "signal" => new ServerMessage.Signal(Stream(), ClientId.Parse(Needed(_client, "client")), Needed(_data, "data")),
        "error" => new ServerMessage.Error(_ref, _stream, Needed(_code, "code"), _message ?? "", _retryable),
        _ => throw new FormatException($"The server says \"{_type}\", which this version does not know."),
    };

    private void ReadMember(string? name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "type": _type = reader.GetString(); break;
            case "stream": _stream = reader.GetString(); break;
            case "id": _id = reader.GetString(); break;
            case "nonce": _nonce = reader.GetString(); break;
            case "client": _client = reader.GetString(); break;
            case "code": _code = reader.GetString(); break;
            case "message": _message = reader.GetString(); break;
            case "ref": _ref = reader.GetInt64(); break;
            case "head": _head = reader.GetInt64(); break;
            case "lastClientSeq": _lastClientSeq = reader.GetInt64(); break;
            case "from": _from = reader.GetInt64(); break;
            case "to": _to = reader.GetInt64(); break;
            case "version": _version = reader.GetInt64(); break;
            case "last": _last = reader.GetBoolean(); break;
            case "retryable": _retryable = reader.GetBoolean(); break;
            case "settings": _settings = StreamSettings.Parse(ReadValue(ref reader)); break;
            case "data": _data = ReadData(ref reader); break;
            case "seqs":
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) _seqs.Add(new Seq(reader.GetInt64()));
                break;
            case "events":
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) _events.Add(EventCodec.ReadStored(ref reader));
                break;
            case "limits":
                foreach (var (limit, value) in ReadValue(ref reader).Members())
                {
                    if (value.TryGetInteger(out var number)) _limits[limit] = (int)number;
                }
                break;
        }
    }

    private static CanonicalJson ReadValue(ref Utf8JsonReader reader) =>
        CanonicalJson.TryRead(ref reader, out var value, out var error) ? value : throw new FormatException(error);

    private static ReadOnlyMemory<byte> ReadData(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
    }

    private StreamName Stream() => StreamName.Parse(Needed(_stream, "stream"));

    private int Limit(string name) => _limits.TryGetValue(name, out var limit) ? limit : throw Missing(name);

    private static Seq Position(long? value, string name) => new(Needed(value, name));

    private static T Needed<T>(T? value, string name) where T : struct => value ?? throw Missing(name);

    private static T Needed<T>(T? value, string name) where T : class => value ?? throw Missing(name);

    private static FormatException Missing(string name) => new($"The server's message lacks \"{name}\".");
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>Client messages as JSON (subprotocol <c>runnel.v1.json</c>).</summary>
public static class ClientMessageCodec
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a message; what cannot be read is <see cref="ClientMessage.Unreadable"/>. Unknown members are ignored.</summary>
    public static ClientMessage Parse(ReadOnlySpan<byte> utf8)
    {
        var members = new ClientMessageMembers();
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) return members.Unreadable("A message is a JSON object.");
            members.Read(ref reader);
            return reader.Read() ? members.Unreadable("There is more than one message.") : members.ToMessage();
        }
        catch (JsonException exception)
        {
            return members.Unreadable($"This is not JSON: {exception.Message}");
        }
    }

    /// <summary>Writes a message.</summary>
    public static void Write(IBufferWriter<byte> output, ClientMessage message)
    {
        using var writer = new Utf8JsonWriter(output, Plain);
        writer.WriteStartObject();
        switch (message)
        {
            case ClientMessage.Hello hello: WriteHello(writer, hello); break;
            case ClientMessage.Subscribe subscribe: WriteSubscribe(writer, subscribe); break;
            case ClientMessage.Unsubscribe unsubscribe: WriteHead(writer, "unsubscribe", null, unsubscribe.Stream); break;
            case ClientMessage.Publish publish: WritePublish(writer, publish); break;
            case ClientMessage.Fetch fetch: WriteFetch(writer, fetch); break;
            case ClientMessage.Signal signal:
                WriteHead(writer, "signal", null, signal.Stream);
                writer.WritePropertyName("data");
                writer.WriteRawValue(signal.Data.Span, skipInputValidation: true);
                break;
            default: throw new ArgumentException($"{message.GetType().Name} is nothing that a client says.", nameof(message));
        }
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, string type, long? reference, StreamName stream)
    {
        writer.WriteString("type", type);
        if (reference is { } number) writer.WriteNumber("ref", number);
        writer.WriteString("stream", stream.Value);
    }

    private static void WriteHello(Utf8JsonWriter writer, ClientMessage.Hello hello)
    {
        writer.WriteString("type", "hello");
        writer.WriteString("client", hello.Client.Value);
        if (hello.Session is { } session) writer.WriteNumber("session", session);
        if (hello.Token is { } token) writer.WriteString("token", token);
    }

    private static void WriteSubscribe(Utf8JsonWriter writer, ClientMessage.Subscribe subscribe)
    {
        WriteHead(writer, "subscribe", null, subscribe.Stream);
        writer.WriteNumber("after", subscribe.After.Value);
        if (subscribe.Id is { } id) writer.WriteString("id", id);
        if (subscribe.Create is not { } settings) return;
        writer.WritePropertyName("create");
        writer.WriteRawValue(settings.Wire.Utf8.Span, skipInputValidation: true);
    }

    private static void WritePublish(Utf8JsonWriter writer, ClientMessage.Publish publish)
    {
        WriteHead(writer, "publish", publish.Ref, publish.Stream);
        if (publish.Nonce is { } nonce) writer.WriteString("nonce", nonce);
        writer.WriteStartArray("events");
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var draft in publish.Events)
        {
            buffer.ResetWrittenCount();
            EventCodec.Write(buffer, draft);
            writer.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
        }
        writer.WriteEndArray();
    }

    private static void WriteFetch(Utf8JsonWriter writer, ClientMessage.Fetch fetch)
    {
        WriteHead(writer, "fetch", fetch.Ref, fetch.Stream);
        writer.WriteStartArray("ranges");
        foreach (var range in fetch.Ranges)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(range.From.Value);
            writer.WriteNumberValue(range.To.Value);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Runnel.Records;

namespace Runnel.Protocol;

/// <summary>Server messages as JSON (subprotocol <c>runnel.v1.json</c>).</summary>
public static class ServerMessageCodec
{
    private static readonly JsonWriterOptions Plain = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a message that carries no events; frames of events are put together from stored bytes (<see cref="EventFrame"/>).</summary>
    public static void Write(IBufferWriter<byte> output, ServerMessage message)
    {
        using var writer = new Utf8JsonWriter(output, Plain);
        writer.WriteStartObject();
        switch (message)
        {
            case ServerMessage.Welcome welcome: WriteWelcome(writer, welcome); break;
            case ServerMessage.Subscribed subscribed: WriteSubscribed(writer, subscribed); break;
            case ServerMessage.Published published: WritePublished(writer, published); break;
            case ServerMessage.Signal signal: WriteSignal(writer, signal); break;
            case ServerMessage.Error error: WriteError(writer, error); break;
            default: throw new ArgumentException($"{message.GetType().Name} carries events.", nameof(message));
        }
        writer.WriteEndObject();
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">It is none that this version knows.</exception>
    public static ServerMessage Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = CanonicalJson.MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("A message is a JSON object.");
            var members = new ServerMessageMembers();
            members.Read(ref reader);
            return members.ToMessage();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)   // not JSON, or a member of another type
        {
            throw new FormatException($"The server's message cannot be read: {exception.Message}", exception);
        }
    }

    private static void WriteWelcome(Utf8JsonWriter writer, ServerMessage.Welcome welcome)
    {
        writer.WriteString("type", "welcome");
        writer.WriteNumber("version", welcome.Version);
        writer.WriteStartObject("limits");
        writer.WriteNumber("eventBytes", welcome.Limits.EventBytes);
        writer.WriteNumber("batchEvents", welcome.Limits.BatchEvents);
        writer.WriteNumber("batchBytes", welcome.Limits.BatchBytes);
        writer.WriteNumber("streams", welcome.Limits.Streams);
        writer.WriteEndObject();
    }

    private static void WriteSubscribed(Utf8JsonWriter writer, ServerMessage.Subscribed subscribed)
    {
        writer.WriteString("type", "subscribed");
        writer.WriteString("stream", subscribed.Stream.Value);
        writer.WriteString("id", subscribed.Id);
        writer.WriteNumber("head", subscribed.Head.Value);
        writer.WritePropertyName("settings");
        writer.WriteRawValue(subscribed.Settings.Wire.Utf8.Span, skipInputValidation: true);
        writer.WriteNumber("lastClientSeq", subscribed.LastClientSeq);
        if (subscribed.Nonce is { } nonce) writer.WriteString("nonce", nonce);
    }

    private static void WritePublished(Utf8JsonWriter writer, ServerMessage.Published published)
    {
        writer.WriteString("type", "published");
        writer.WriteNumber("ref", published.Ref);
        writer.WriteString("stream", published.Stream.Value);
        writer.WriteStartArray("seqs");
        foreach (var seq in published.Seqs) writer.WriteNumberValue(seq.Value);
        writer.WriteEndArray();
    }

    private static void WriteSignal(Utf8JsonWriter writer, ServerMessage.Signal signal)
    {
        writer.WriteString("type", "signal");
        writer.WriteString("stream", signal.Stream.Value);
        writer.WriteString("client", signal.Client.Value);
        writer.WritePropertyName("data");
        writer.WriteRawValue(signal.Data.Span, skipInputValidation: true);
    }

    private static void WriteError(Utf8JsonWriter writer, ServerMessage.Error error)
    {
        writer.WriteString("type", "error");
        if (error.Ref is { } reference) writer.WriteNumber("ref", reference);
        if (error.Stream is { } stream) writer.WriteString("stream", stream);
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteBoolean("retryable", error.IsRetryable);
    }
}

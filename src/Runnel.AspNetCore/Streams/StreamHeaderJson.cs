using System.Text.Json;
using Runnel.Protocol;
using Runnel.Server.Stores;

namespace Runnel.AspNetCore.Streams;

/// <summary>What a stream is, as JSON.</summary>
internal static class StreamHeaderJson
{
    /// <summary>Writes name, id, head, createdAt and settings as one object.</summary>
    public static void WriteTo(this StreamHeader header, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, header.Name.Value);
        writer.WriteString("id"u8, header.Id);
        writer.WriteNumber("head"u8, header.Head.Value);
        writer.WriteString("createdAt"u8, EventCodec.FormatTime(header.CreatedAt));
        writer.WritePropertyName("settings"u8);
        writer.WriteRawValue(header.Settings.Wire.Utf8.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }
}

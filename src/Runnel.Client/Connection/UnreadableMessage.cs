using System.Text.Json;
using Runnel.Protocol;

namespace Runnel.Client.Connection;

/// <summary>What becomes of a message that this version cannot read.</summary>
internal static class UnreadableMessage
{
    private static readonly string[] Known = ["welcome", "subscribed", "events", "published", "fetched", "signal", "error"];

    /// <summary>
    /// <c>null</c> for a message of a later version, which is passed over; an error of its stream for one that holds what must not be
    /// passed over, such as an event: that stream stops, and the others go on.
    /// </summary>
    /// <exception cref="FormatException">It says neither what it is nor whose.</exception>
    public static ServerMessage? Judge(ReadOnlySpan<byte> utf8, FormatException fault)
    {
        var (type, stream) = Look(utf8);
        if (type is not null && !Known.Contains(type)) return null;
        if (stream is null) throw fault;
        return new ServerMessage.Error(null, stream, ErrorCode.NotSupported.Name, $"What the server says of {stream} cannot be read; a newer version of the app may. {fault.Message}", IsRetryable: false);
    }

    private static (string? Type, string? Stream) Look(ReadOnlySpan<byte> utf8)
    {
        string? type = null, stream = null;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                if (name == "type") type = reader.GetString();
                if (name == "stream") stream = reader.GetString();
                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What was found up to here is all that it says.
        }
        return (type, stream);
    }
}

using System.Text.Json;

namespace Runnel.Cli.Connection;

/// <summary>What a server says of a stream.</summary>
/// <param name="Name">The name.</param>
/// <param name="Id">The identity.</param>
/// <param name="Head">The highest seq; 0 while empty.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Settings">The settings, as JSON.</param>
/// <param name="Json">All of it, as the server wrote it.</param>
internal sealed record StreamInfo(string Name, string Id, long Head, string CreatedAt, string Settings, string Json)
{
    /// <summary>Reads what the server wrote.</summary>
    public static StreamInfo Parse(JsonElement stream) => new(
        stream.GetProperty("name").GetString()!,
        stream.GetProperty("id").GetString()!,
        stream.GetProperty("head").GetInt64(),
        stream.GetProperty("createdAt").GetString()!,
        stream.GetProperty("settings").GetRawText(),
        stream.GetRawText());
}

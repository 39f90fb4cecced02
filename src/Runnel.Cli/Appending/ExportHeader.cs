using System.Text.Json;
using Runnel.Cli.Connection;

namespace Runnel.Cli.Appending;

/// <summary>The first line of an export: whose events follow, and how they merge.</summary>
internal static class ExportHeader
{
    /// <summary>The header of <paramref name="stream"/>, with its line feed.</summary>
    public static string Write(StreamInfo stream) =>
        $$"""{"export":1,"stream":"{{stream.Name}}","id":"{{stream.Id}}","head":{{stream.Head}},"settings":{{stream.Settings}}}""" + "\n";

    /// <summary>The settings in the header <paramref name="line"/>.</summary>
    public static string ReadSettings(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var header = JsonDocument.Parse(line);
            if (header.RootElement.ValueKind == JsonValueKind.Object
                && header.RootElement.TryGetProperty("export", out var version) && version.TryGetInt32(out var number) && number == 1
                && header.RootElement.TryGetProperty("settings", out var settings))
            {
                return settings.GetRawText();
            }
        }
        catch (JsonException)
        {
            // Said below, as for any other line that is no header.
        }
        throw new CommandFailure(ExitCode.Usage, "The first line is not that of an export; to append events as they are, use: runnel append STREAM --file FILE");
    }

    /// <summary>The event of an exported <paramref name="line"/>, which must get its seq again.</summary>
    public static Line ReadEvent(Line line)
    {
        try
        {
            using var exported = JsonDocument.Parse(line.Text);
            return line with { Seq = exported.RootElement.GetProperty("seq").GetInt64() };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new CommandFailure(ExitCode.Usage, $"Line {line.Number} is not an exported event.");
        }
    }
}

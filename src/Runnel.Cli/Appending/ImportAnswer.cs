using System.Text.Json;

namespace Runnel.Cli.Appending;

/// <summary>One line of a server's answer to an import.</summary>
/// <param name="Seq">The event's seq; <c>null</c> for a refusal.</param>
/// <param name="Code">The refusal's code.</param>
/// <param name="Message">The refusal's sentence.</param>
/// <param name="Line">The refused line's place in the request, from 1.</param>
/// <param name="IsRetryable">Whether the same may be sent again.</param>
internal readonly record struct ImportAnswer(long? Seq, string? Code, string? Message, int Line, bool IsRetryable)
{
    /// <summary>Reads a line.</summary>
    public static ImportAnswer Parse(ReadOnlyMemory<byte> text)
    {
        using var line = JsonDocument.Parse(text);
        if (line.RootElement.TryGetProperty("seq", out var seq)) return new ImportAnswer(seq.GetInt64(), null, null, 0, false);
        var error = line.RootElement.GetProperty("error");
        return new ImportAnswer(
            null, error.GetProperty("code").GetString(), error.GetProperty("message").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("retryable").GetBoolean());
    }
}

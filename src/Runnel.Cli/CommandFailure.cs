namespace Runnel.Cli;

/// <summary>Ends a command with an exit code and a sentence for people.</summary>
internal sealed class CommandFailure(int exitCode, string message, string? code = null) : Exception(message)
{
    /// <summary>How the process ends.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The server's stable code, if the server refused.</summary>
    public string? Code { get; } = code;
}

namespace Runnel.Cli;

/// <summary>What the command's exit code tells a script.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: the server refused, there is no such stream, or the data are damaged.</summary>
    public const int Refused = 1;

    /// <summary>The command line, an option or a file says something that cannot be done.</summary>
    public const int Usage = 2;

    /// <summary>No server answered in the time it was given.</summary>
    public const int NoServer = 3;

    /// <summary>The server cannot start: the port or the data directory is taken, or the directory cannot be used.</summary>
    public const int CannotStart = 4;

    /// <summary>Something that should not happen did.</summary>
    public const int Fault = 70;

    /// <summary>Stopped by Ctrl+C.</summary>
    public const int Stopped = 130;
}

using System.Diagnostics;
using System.Globalization;

namespace Runnel.Server.Sqlite.Tests;

/// <summary>A process that appends until it is killed, and the lines that it wrote.</summary>
internal sealed class AppenderProcess : IDisposable
{
    // A machine that is busy with other work still ends well before this.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private AppenderProcess(Process process) => _process = process;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Starts it on <paramref name="directory"/>; it ends by itself after so many failed commits.</summary>
    public static AppenderProcess Start(string directory, int failures = 1, IReadOnlyList<string>? under = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Runnel.Server.Sqlite.Appender.dll");
        string[] command = [.. under ?? [], "dotnet", program, directory, failures.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new AppenderProcess(Process.Start(start)!);
    }

    /// <summary>Reads lines until one makes <paramref name="isEnough"/> true.</summary>
    public async Task ReadUntilAsync(Func<string, bool> isEnough)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            _lines.Add(line);
            if (isEnough(line)) return;
        }
        Assert.Fail($"The process ended too early: {string.Join('\n', _lines)} {await _process.StandardError.ReadToEndAsync(deadline.Token)}");
    }

    /// <summary>Reads what is left, to the end of the process.</summary>
    public async Task<int> ReadToEndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (await _process.StandardOutput.ReadLineAsync(deadline.Token) is { } line) _lines.Add(line);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Kills it, as <c>kill -9</c> does; what it had written before can still be read.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await ReadToEndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

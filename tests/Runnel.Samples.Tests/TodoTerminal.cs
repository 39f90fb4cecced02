using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Runnel.Samples.Tests;

/// <summary>The to-do list on a terminal of its own, driven by keys.</summary>
internal sealed partial class TodoTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _shown = new();

    private TodoTerminal(Process process) => _process = process;

    public static TodoTerminal Start(string server, string file)
    {
        var list = $"stty cols 100 rows 24; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Todo.Console.dll")}' '{server}' '{file}'";
        var start = new ProcessStartInfo("script", ["--quiet", "--flush", "--return", "--command", list, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["TERM"] = "xterm";
        return new TodoTerminal(Process.Start(start)!);
    }

    /// <summary>Types keys.</summary>
    public async Task TypeAsync(string keys)
    {
        _shown.Clear();
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until a line of the list that was shown since the last key is like <paramref name="pattern"/>.</summary>
    public async Task SeesAsync(string pattern)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new char[4096];
        while (!Regex.IsMatch(Control().Replace(_shown.ToString(), ""), pattern))
        {
            var count = await _process.StandardOutput.ReadAsync(buffer, patience.Token);
            Assert.True(count > 0, $"The list ended. It had shown: {Control().Replace(_shown.ToString(), "")}");
            _shown.Append(buffer, 0, count);
        }
    }

    /// <summary>Waits until the list has ended; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.StandardOutput.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Control();
}

using System.Diagnostics;
using System.Text.Json;

namespace Runnel.Cli.Tests;

/// <summary><c>runnel serve</c> as a process, over a data directory of its own, that can be killed and started again.</summary>
internal sealed class ServerProcess : IAsyncLifetime
{
    private Process? _process;

    /// <summary>Where it keeps its data.</summary>
    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"runnel-cli-{Guid.NewGuid():N}");

    /// <summary>Where it listens; the same after every start.</summary>
    public string Url { get; private set; } = "http://127.0.0.1:0";

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the server and waits until it listens.</summary>
    public async Task StartAsync()
    {
        _process = Cli.Start(null, "serve", "--json", "--url", Url, "--data", Data);
        // Read on, or the server would stand still once the pipe is full.
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, "The server did not start.");
        Url = JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!;
    }

    /// <summary>Ends the server without a warning, as a power cut of the process.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Asks the server to end, and gives its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    public Task<Cli.Result> RunAsync(params string[] arguments) => Cli.RunAsync(Url, arguments);

    public Task<Cli.Result> RunWithInputAsync(string input, params string[] arguments) => Cli.RunWithInputAsync(Url, input, arguments);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }
}

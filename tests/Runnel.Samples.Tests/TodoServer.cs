using System.Diagnostics;
using System.Text.Json;

namespace Runnel.Samples.Tests;

/// <summary><c>runnel serve</c> on a free port of this machine, and a folder for its data and for the files of its devices.</summary>
internal sealed class TodoServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runnel-todo-");
    private readonly Process _process;

    private TodoServer() => _process = Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll"), "serve", "--json", "--url", "http://127.0.0.1:0", "--data", Path.Combine(_folder.FullName, "server")])
    { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public string Url { get; private set; } = "";

    public static async Task<TodoServer> StartAsync()
    {
        var server = new TodoServer();
        // Read on, or the server would stand still once the pipe is full.
        server._process.ErrorDataReceived += (_, _) => { };
        server._process.BeginErrorReadLine();
        var line = await server._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, "The server did not start.");
        using var started = JsonDocument.Parse(line);
        server.Url = started.RootElement.GetProperty("url").GetString()!;
        return server;
    }

    /// <summary>The file of a device.</summary>
    public string FileOf(string device) => Path.Combine(_folder.FullName, $"{device}.db");

    /// <summary>Does something with the list on a device; what that printed.</summary>
    public Task<string[]> RunAsync(string device, params string[] commands) => TodoProcess.RunAsync(Url, FileOf(device), commands);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}

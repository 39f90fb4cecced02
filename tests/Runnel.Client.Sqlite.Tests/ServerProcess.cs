using System.Diagnostics;
using System.Text.Json;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>A server in a process of its own, which can be killed and started again.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly HttpClient _http = new();
    private Process? _process;

    /// <summary>Where it listens; the same after every start.</summary>
    public string Url { get; private set; } = "http://127.0.0.1:0";

    /// <summary>What of the environment is its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public static async Task<ServerProcess> StartNewAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProcess { Environment = environment ?? new Dictionary<string, string>() };
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts one with a copy of what another has stored.</summary>
    public static async Task<ServerProcess> StartNewAsync(string stored)
    {
        var server = new ServerProcess();
        Directory.CreateDirectory(server._directory.File("data"));
        foreach (var file in Directory.EnumerateFiles(stored)) File.Copy(file, Path.Combine(server._directory.File("data"), Path.GetFileName(file)));
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, "serve", "--json", "--url", Url, "--data", _directory.File("data")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Deadline);
        Url = JsonDocument.Parse(line ?? throw new InvalidOperationException("The server did not start.")).RootElement.GetProperty("url").GetString()!;
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Ends it as an operator would.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>All events of a stream.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsAsync(string stream)
    {
        var events = new List<JsonElement>();
        while (true)
        {
            var page = JsonDocument.Parse(await _http.GetStringAsync($"{Url}/v1/streams/{stream}/events?after={events.Count}")).RootElement.GetProperty("events");
            if (page.GetArrayLength() == 0) return events;
            events.AddRange(page.EnumerateArray());
        }
    }

    public async Task DeleteAsync(string stream) => (await _http.DeleteAsync($"{Url}/v1/streams/{stream}")).EnsureSuccessStatusCode();

    public async Task<string> MergeHashAsync(string stream) =>
        JsonDocument.Parse(await _http.GetStringAsync($"{Url}/v1/streams/{stream}/state")).RootElement.GetProperty("mergeHash").GetString()!;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
        _http.Dispose();
        _directory.Dispose();
    }
}

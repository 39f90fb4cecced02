using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Runnel.Demo.Tests;

/// <summary><c>runnel demo</c> as a user starts it, on a free port and an empty data directory.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly int _port;
    private readonly string _data = Directory.CreateTempSubdirectory("runnel-demo-").FullName;

    private Process _process;

    private DemoServer(int port)
    {
        _port = port;
        Address = $"http://127.0.0.1:{port}";
        _process = Start();
    }

    public string Address { get; }

    public List<string> Output { get; } = [];

    public static async Task<DemoServer> StartAsync()
    {
        var demo = new DemoServer(FreePort());
        await demo.WaitUntilReadyAsync();
        return demo;
    }

    /// <summary>Ends the demo with its server.</summary>
    public async Task StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Starts it again, on the same port and data.</summary>
    public Task RestartAsync()
    {
        _process = Start();
        return WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_data, recursive: true);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll"), "demo", "--port", $"{_port}", "--data", _data]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Output.Add(line.Data ?? "");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartTimeout; await Task.Delay(50))
        {
            try
            {
                if ((await http.GetAsync($"{Address}/health/ready")).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        await DisposeAsync();
        throw new InvalidOperationException($"The demo did not become ready: {string.Join('\n', Output)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

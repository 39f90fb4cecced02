using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Runnel.Demo.Tests;

/// <summary><c>runnel demo</c> as a user starts it, on a free port and an empty data directory.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _data = Directory.CreateTempSubdirectory("runnel-demo-").FullName;

    private DemoServer(int port)
    {
        Address = $"http://127.0.0.1:{port}";
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll"), "demo", "--port", $"{port}", "--data", _data]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Output.Add(line.Data ?? "");
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; }

    public List<string> Output { get; } = [];

    public static async Task<DemoServer> StartAsync()
    {
        var demo = new DemoServer(FreePort());
        using var http = new HttpClient();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartTimeout; await Task.Delay(50))
        {
            try
            {
                if ((await http.GetAsync($"{demo.Address}/health/ready")).IsSuccessStatusCode) return demo;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        await demo.DisposeAsync();
        throw new InvalidOperationException($"The demo did not become ready: {string.Join('\n', demo.Output)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

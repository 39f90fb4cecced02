using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Runnel.Cli.Bench;

/// <summary>A server in a process of its own, on a free port of this machine; it ends with the measurement.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ChildProcess(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; }

    /// <summary>The memory that the process holds, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The processor time that the process has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a Runnel server over <paramref name="directory"/>.</summary>
    public static Task<ChildProcess> StartRunnelAsync(string directory, CancellationToken cancellationToken) =>
        StartAsync(port => ["serve", "--url", $"http://127.0.0.1:{port}", "--data", directory], "/health/ready", cancellationToken);

    /// <summary>Starts the bare server that figures are held against.</summary>
    public static Task<ChildProcess> StartBareAsync(CancellationToken cancellationToken) =>
        StartAsync(port => [BareServerCommand.Name, "--port", port.ToString(CultureInfo.InvariantCulture)], "/ready", cancellationToken);

    /// <summary>Ends the process at once, as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static async Task<ChildProcess> StartAsync(Func<int, string[]> arguments, string readyPath, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll"));
        foreach (var argument in arguments(port)) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new CommandFailure(ExitCode.CannotStart, "A server for the measurement cannot be started.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var child = new ChildProcess(process, port);
        await child.WaitUntilReadyAsync(readyPath, cancellationToken).ConfigureAwait(false);
        return child;
    }

    private async Task WaitUntilReadyAsync(string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Address };
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartTimeout; await Task.Delay(50, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if ((await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken).ConfigureAwait(false)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new CommandFailure(ExitCode.CannotStart, "A server for the measurement does not become ready.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

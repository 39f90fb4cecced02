using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Runnel.Faults.Worker;

namespace Runnel.Faults.Tests.Device;

/// <summary>Runs the worker, with the library between it and its files.</summary>
internal static class WorkerProcess
{
    /// <summary>One lifetime of a store, all of whose calls are written down in <paramref name="log"/>.</summary>
    public static async Task RecordAsync(string what, string store, string log, int lifetime, int commits, int padding = 0, int end = 0)
    {
        var (code, _, error) = await RunAsync(what, store, log, Text(lifetime), Text(commits), Text(padding), Text(end));
        const int Killed = 128 + 9;
        Assert.True(code == (end > 0 ? Killed : 0), $"It ended with {code}: {error}");
    }

    /// <summary>The k-th call fails, for each k; what became of each.</summary>
    public static async Task<IReadOnlyList<FailingResult>> FailAsync(string what, string directory, DeviceCall call, DeviceFault fault, int last)
    {
        var (code, lines, error) = await RunAsync(what, directory, call.ToString(), fault.ToString(), "1", Text(last));
        Assert.True(code == 0, $"It ended with {code} after {lines.Length} runs: {error}");
        return [.. lines.Select(line => JsonSerializer.Deserialize<FailingResult>(line)!)];
    }

    private static async Task<(int Code, string[] Lines, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Runnel.Faults.Worker.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LD_PRELOAD"] = DeviceLibrary.Path;
        // What a worker does it does hundreds of times.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), await error);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

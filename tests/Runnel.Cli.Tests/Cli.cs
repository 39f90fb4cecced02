using System.Diagnostics;
using System.Text;

namespace Runnel.Cli.Tests;

/// <summary>Runs the built command as a process of its own.</summary>
internal static class Cli
{
    private static readonly string Dll = Path.Combine(AppContext.BaseDirectory, "Runnel.Cli.dll");

    /// <summary>Starts the command; its streams are the caller's to read.</summary>
    public static Process Start(string? url, params string[] arguments) => Start(("RUNNEL_URL", url), arguments);

    /// <summary>Starts the command with something in its environment.</summary>
    public static Process Start((string Name, string? Value) variable, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8, StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment[variable.Name] = variable.Value;
        return Process.Start(start)!;
    }

    /// <summary>Runs the command to its end.</summary>
    public static Task<Result> RunAsync(string? url, params string[] arguments) => RunWithInputAsync(url, "", arguments);

    /// <summary>Runs the command to its end, with <paramref name="input"/> to read.</summary>
    public static async Task<Result> RunWithInputAsync(string? url, string input, params string[] arguments)
    {
        using var process = Start(url, arguments);
        return await FinishAsync(process, input);
    }

    /// <summary>Waits for the end of <paramref name="process"/>.</summary>
    public static async Task<Result> FinishAsync(Process process, string input = "")
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A command that wants no input may have ended before it is written.
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        return new Result(process.ExitCode, await output, await error);
    }

    /// <summary>How a command ended.</summary>
    public sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>Demands success, and gives what was printed.</summary>
        public string AssertDone()
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Output}");
            return Output.TrimEnd('\n');
        }

        /// <summary>Demands that it failed with that exit code and one line of explanation, which it gives.</summary>
        public string AssertFailed(int exitCode)
        {
            Assert.True(exitCode == ExitCode, $"exit code {ExitCode}: {Error}{Output}");
            var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), text => !text.StartsWith("info:", StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
            return line;
        }
    }
}

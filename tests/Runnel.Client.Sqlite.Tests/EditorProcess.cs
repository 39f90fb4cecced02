using System.Diagnostics;

namespace Runnel.Client.Sqlite.Tests;

/// <summary>A client in a process of its own that makes edits until it is killed, and the edits that it said were on its disk.</summary>
internal sealed class EditorProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EditorProcess(Process process) => _process = process;

    /// <summary>The texts that are durable.</summary>
    public List<string> Made { get; } = [];

    public static EditorProcess Start(string server, string store, string word, bool isOnline = true)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Runnel.Client.Editor.dll");
        var start = new ProcessStartInfo("dotnet", [program, server, store, word, isOnline ? "online" : "offline"]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new EditorProcess(Process.Start(start)!);
    }

    /// <summary>Reads on until so many edits are made.</summary>
    public async Task ReadUntilMadeAsync(int count)
    {
        while (Made.Count < count) Assert.True(await ReadAsync(), "The editor ended by itself.");
    }

    /// <summary>Waits until the store is open.</summary>
    public async Task<string> ReadOpenAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Deadline) ?? "";

    /// <summary>Kills it, as <c>kill -9</c> does; what it had said before is still read.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        while (await ReadAsync()) { }
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private async Task<bool> ReadAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Deadline) is not { } line) return false;
        if (line.StartsWith("made ", StringComparison.Ordinal)) Made.Add(line["made ".Length..]);
        return true;
    }
}

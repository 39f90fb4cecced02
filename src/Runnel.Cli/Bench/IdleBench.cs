namespace Runnel.Cli.Bench;

/// <summary>The server's memory for a connection that is subscribed and silent.</summary>
internal static class IdleBench
{
    private const int Connections = 1_000;
    private const double KiB = 1024;

    public static async Task<Figure> RunAsync(BenchRun run)
    {
        // Servers of their own: memory that a load has left behind would hide what a connection takes.
        var directory = Directory.CreateDirectory(Path.Combine(run.Directory, "idle")).FullName;
        await using var server = await ChildProcess.StartRunnelAsync(directory, run.Stopping).ConfigureAwait(false);
        await using var bare = await ChildProcess.StartBareAsync(run.Stopping).ConfigureAwait(false);
        var ours = await MeasureAsync(run, server, i => LoadSocket.OpenSyncAsync(server.Address, $"idle-{i}", "bench:idle", 0, run.Stopping, 512)).ConfigureAwait(false);
        var theirs = await MeasureAsync(run, bare, _ => LoadSocket.OpenAsync(bare.Address, "/idle", 512, run.Stopping)).ConfigureAwait(false);
        return new Figure($"memory of an idle connection, of {Connections}", ours, "KiB", "bare Kestrel", theirs);
    }

    private static async Task<double> MeasureAsync(BenchRun run, ChildProcess server, Func<int, Task<LoadSocket>> open)
    {
        var sockets = new List<LoadSocket>();
        for (var i = 0; i < 50; i++) sockets.Add(await open(i).ConfigureAwait(false));   // the first ones pay for the compiler
        await Task.Delay(run.WarmUp, run.Stopping).ConfigureAwait(false);
        var before = server.ResidentBytes;
        for (var i = 0; i < Connections; i++) sockets.Add(await open(sockets.Count).ConfigureAwait(false));
        await Task.Delay(run.WarmUp, run.Stopping).ConfigureAwait(false);
        var bytes = server.ResidentBytes - before;
        sockets.ForEach(socket => socket.Dispose());
        return bytes / KiB / Connections;
    }
}

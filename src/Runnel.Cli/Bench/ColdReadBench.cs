using System.Diagnostics;
using System.Net.Http.Headers;

namespace Runnel.Cli.Bench;

/// <summary>Events a second that a client with nothing reads from a server that has just been started.</summary>
internal static class ColdReadBench
{
    private const int Events = 100_000;
    private const int BatchEvents = 1_000;
    private const string Stream = "bench:cold";

    public static async Task<Figure> RunAsync(BenchRun run)
    {
        var directory = Directory.CreateDirectory(Path.Combine(run.Directory, "cold")).FullName;
        var server = await ChildProcess.StartRunnelAsync(directory, run.Stopping).ConfigureAwait(false);
        await using (server.ConfigureAwait(false)) await FillAsync(server, run.Stopping).ConfigureAwait(false);

        server = await ChildProcess.StartRunnelAsync(directory, run.Stopping).ConfigureAwait(false);
        await using var restarted = server.ConfigureAwait(false);
        var copy = Path.Combine(directory, "events.ndjson");
        var ours = await ReadAsync(new Uri(server.Address, $"/v1/streams/{Stream}/events?after=0&limit={Events}"), copy, run.Stopping).ConfigureAwait(false);
        var bare = await ReadAsync(new Uri(run.Bare.Address, $"/file?path={Uri.EscapeDataString(copy)}"), Path.Combine(directory, "copy.ndjson"), run.Stopping).ConfigureAwait(false);
        return new Figure($"cold read of {Events:N0} events", ours, "events/s", "the same bytes as a file, by Kestrel", bare);
    }

    private static async Task FillAsync(ChildProcess server, CancellationToken stopping)
    {
        using var socket = await LoadSocket.OpenSyncAsync(server.Address, "cold-author", null, 0, stopping).ConfigureAwait(false);
        for (var batch = 0; batch < Events / BatchEvents; batch++)
        {
            await socket.SayAsync(Frames.Publish(Stream, batch, batch * BatchEvents + 1, BatchEvents, Frames.Title), stopping).ConfigureAwait(false);
            await socket.ReadAsync(stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Reads all events as lines, page by page where the server makes pages, into a file; the events a second.</summary>
    private static async Task<double> ReadAsync(Uri first, string copy, CancellationToken stopping)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        var copying = File.Create(copy);
        await using var file = copying.ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        var lines = 0L;
        for (var page = first; lines < Events;)
        {
            var bytes = await http.GetByteArrayAsync(page, stopping).ConfigureAwait(false);
            await copying.WriteAsync(bytes, stopping).ConfigureAwait(false);
            var read = bytes.AsSpan().Count((byte)'\n');
            if (read == 0) throw new CommandFailure(ExitCode.Fault, $"The cold read ended after {lines} events.");
            lines += read;
            page = new Uri(first.GetLeftPart(UriPartial.Path) + first.Query.Replace("after=0", $"after={lines}", StringComparison.Ordinal));
        }
        return lines / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

using System.Collections.Concurrent;
using System.CommandLine;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Runnel.Cli.Bench;

/// <summary>
/// The server that figures are held against: Kestrel and plain WebSockets, no store, no numbers, no promises. <c>/flood</c> sends
/// full batches for ever, <c>/relay</c> sends each message to everybody, <c>/idle</c> only listens, <c>/file</c> serves bytes.
/// </summary>
internal static class BareServerCommand
{
    public const string Name = "bench-bare";

    // As many events as a subscriber that lags finds waiting.
    private const int FloodBatch = 250;
    private const int SendsInARow = 16;

    private static readonly Option<int> Port = new("--port") { Required = true };
    private static readonly ConcurrentDictionary<WebSocket, SemaphoreSlim> Relayed = new();

    public static Command Create()
    {
        var command = new Command(Name, "The server that figures are held against.") { Port };
        command.Hidden = true;
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{parsed.GetRequiredValue(Port)}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        await using var running = app.ConfigureAwait(false);
        app.UseWebSockets();
        app.MapGet("/ready", context => context.Response.WriteAsync("ready"));
        app.MapGet("/file", ServeFileAsync);
        app.MapGet("/flood", context => ServeAsync(context, FloodAsync));
        app.MapGet("/relay", context => ServeAsync(context, RelayAsync));
        app.MapGet("/idle", context => ServeAsync(context, IdleAsync));
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task ServeAsync(HttpContext context, Func<WebSocket, CancellationToken, Task> serve)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        try
        {
            await serve(socket, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The load has gone.
        }
    }

    private static async Task FloodAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var events = string.Join(',', Enumerable.Repeat(new string('x', Frames.Title.Length + 190), FloodBatch));
        var batch = Encoding.UTF8.GetBytes($$"""{"type":"events","stream":"bench:bare","from":1,"to":{{FloodBatch}},"events":[{{events}}]}""");
        for (var count = 1; ; count++)
        {
            await socket.SendAsync(batch, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            // Sends to a peer that has gone end at once: without a pause nobody would come to say that it has.
            if (count % SendsInARow == 0) await Task.Yield();
        }
    }

    private static async Task RelayAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        Relayed[socket] = new SemaphoreSlim(1);
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
                if (message.MessageType == WebSocketMessageType.Close) return;
                var copy = buffer.AsMemory(0, message.Count).ToArray();
                await Task.WhenAll(Relayed.Select(other => SendAsync(other.Key, other.Value, copy, cancellationToken))).ConfigureAwait(false);
            }
        }
        finally
        {
            Relayed.TryRemove(socket, out _);
        }
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim turn, byte[] message, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task IdleAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        while (socket.State == WebSocketState.Open) await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
    }

    private static Task ServeFileAsync(HttpContext context) => context.Response.SendFileAsync(context.Request.Query["path"].ToString(), context.RequestAborted);
}

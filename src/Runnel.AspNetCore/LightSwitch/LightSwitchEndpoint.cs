using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Runnel;
using Runnel.AspNetCore.LightSwitch;
using Runnel.AspNetCore.Problems;
using Runnel.AspNetCore.Sync;
using Runnel.Server;
using Runnel.Server.Sync;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The light switch: the plainest sync there is.</summary>
public static class LightSwitchEndpoint
{
    private static readonly byte[] On = """{"lightsOn":true}"""u8.ToArray();
    private static readonly byte[] Off = """{"lightsOn":false}"""u8.ToArray();

    // The only message there is has 18 bytes; whatever is longer is none.
    private const int MaxMessageBytes = 256;

    extension(IEndpointRouteBuilder endpoints)
    {
        /// <summary>
        /// Maps a WebSocket that says the state of one lamp, <c>{"lightsOn":false}</c>, takes new ones, and sends each to everybody. It
        /// is a face over the stream <c>lightswitch</c>. Bad messages are ignored.
        /// </summary>
        /// <param name="pattern">The path.</param>
        public IEndpointConventionBuilder MapLightSwitch(string pattern = "/lightswitch") => endpoints.MapGet(pattern, ServeAsync);
    }

    private static async Task ServeAsync(HttpContext context)
    {
        if (WebSocketHandshake.Check(context) is { } refusal)
        {
            await context.WriteProblemAsync(refusal).ConfigureAwait(false);
            return;
        }
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<RunnelServerOptions>>().Value.Sync;
        var stream = await WebSocketHandshake.UpgradeAsync(context, null).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var socket = WebSocketHandshake.Open(stream, null, options.PingInterval, options.SilenceTimeout);
        var lamp = services.GetRequiredService<Lamp>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            using var watch = await lamp.WatchAsync(stopping.Token).ConfigureAwait(false);
            var showing = ShowAsync(socket, watch, stopping.Token);
            await ListenAsync(socket, lamp, stopping.Token).ConfigureAwait(false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await showing.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // The peer or the server went away; the lamp stays as it is.
        }
    }

    private static async Task ShowAsync(WebSocket socket, LampWatch watch, CancellationToken stopping)
    {
        try
        {
            await foreach (var isOn in watch.States.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                await socket.SendAsync(isOn ? On : Off, WebSocketMessageType.Text, endOfMessage: true, stopping).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException)
        {
            // Whoever listens on the same socket notices as well, and ends it.
        }
    }

    private static async Task ListenAsync(WebSocket socket, Lamp lamp, CancellationToken stopping)
    {
        var buffer = new byte[MaxMessageBytes];
        var (count, isWhole) = (0, true);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(count), stopping).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping).ConfigureAwait(false);
                return;
            }
            count += part.Count;
            if (part.EndOfMessage)
            {
                if (isWhole && TryRead(buffer.AsSpan(0, count), out var isOn)) await lamp.PutAsync(isOn, stopping).ConfigureAwait(false);
                (count, isWhole) = (0, true);
            }
            else if (count == buffer.Length)
            {
                (count, isWhole) = (0, false);   // too long to be a state; read on to its end
            }
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> message, out bool isOn)
    {
        isOn = false;
        if (!CanonicalJson.TryParse(message, out var value, out _) || value.Kind != JsonValueKind.Object) return false;
        var state = value.Members().FirstOrDefault(member => member.Key == "lightsOn").Value;
        isOn = state.Kind == JsonValueKind.True;
        return state.Kind is JsonValueKind.True or JsonValueKind.False;
    }
}

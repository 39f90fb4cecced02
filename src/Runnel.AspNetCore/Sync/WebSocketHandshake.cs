using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Runnel.Protocol;

namespace Runnel.AspNetCore.Sync;

/// <summary>
/// The opening handshake of RFC 6455 over HTTP/1.1. Done here rather than by the framework's middleware, which would not let us put a
/// <see cref="GatheringStream"/> under the WebSocket.
/// </summary>
internal static class WebSocketHandshake
{
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";   // RFC 6455, 1.3

    /// <summary>Why the handshake cannot be answered; <c>null</c> if it can.</summary>
    public static Refusal? Check(HttpContext context)
    {
        if (!IsRequested(context)) return new Refusal(ErrorCode.InvalidMessage, $"{context.Request.Path} is a WebSocket: ask for an upgrade (RFC 6455, version 13).");
        return IsOwnOrigin(context)
            ? null
            : new Refusal(ErrorCode.Forbidden, $"Pages of {context.Request.Headers.Origin} may not open sockets to {context.Request.Host}.");
    }

    private static bool IsRequested(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && context.Request.Headers.SecWebSocketVersion == "13"
        && IsKey(context.Request.Headers.SecWebSocketKey.ToString());

    /// <summary>The subprotocols that the client offers, in its order.</summary>
    public static string[] OfferedProtocols(HttpContext context) => context.Request.Headers.GetCommaSeparatedValues(HeaderNames.SecWebSocketProtocol);

    /// <summary>
    /// Whether the page that opens the socket comes from this server, or both are on this machine. A browser opens sockets to anywhere
    /// for any page, so a foreign page could act with the user's reach otherwise. Clients that are no browsers send no Origin.
    /// </summary>
    private static bool IsOwnOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0) return true;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page)) return false;
        return page.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
            || (IsLoopback(page.Host) && IsLoopback(context.Request.Host.Host));
    }

    /// <summary>Answers the handshake and gives the stream beneath the socket.</summary>
    public static async Task<GatheringStream> UpgradeAsync(HttpContext context, string? protocol)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());
        if (protocol is not null) headers.SecWebSocketProtocol = protocol;
        return new GatheringStream(await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false), context.Abort);
    }

    /// <summary>Makes the WebSocket over the stream. Pings go out by themselves; a peer that stays silent is cut off.</summary>
    public static WebSocket Open(GatheringStream stream, string? protocol, TimeSpan pingInterval, TimeSpan silenceTimeout) =>
        WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            SubProtocol = protocol,
            KeepAliveInterval = pingInterval,
            KeepAliveTimeout = silenceTimeout - pingInterval,
        });

    private static bool IsKey(string key) => Convert.TryFromBase64String(key, stackalloc byte[32], out var length) && length == 16;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1; nothing secret depends on it.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
}

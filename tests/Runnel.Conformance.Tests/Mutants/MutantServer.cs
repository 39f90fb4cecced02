using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Runnel.Conformance.Tests.Mutants;

/// <summary>Stands before a right server and changes what passes as its mutant says.</summary>
internal sealed class MutantServer : IAsyncDisposable
{
    private static readonly string[] Passed = ["Accept", "If-None-Match", "Last-Event-ID", "Origin", "Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol"];

    private readonly WebApplication _app;
    private readonly Mutant _mutant;
    private readonly Uri _behind;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private MutantServer(Mutant mutant, Uri behind)
    {
        _mutant = mutant;
        _behind = behind;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(ServeAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<MutantServer> StartAsync(Mutant mutant, Uri behind)
    {
        var server = new MutantServer(mutant, behind);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));   // whoever is still connected is cut off
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var canAccept = context.WebSockets.IsWebSocketRequest && !context.Request.Headers.ContainsKey("Origin");
        if (canAccept && (offered.Count == 0 || offered.Contains("runnel.v1.json"))) await CarryAsync(context, offered.Count == 0 ? null : "runnel.v1.json");
        else await AskAsync(context);
    }

    private async Task AskAsync(HttpContext context)
    {
        var headers = Passed.Where(context.Request.Headers.ContainsKey).ToDictionary(name => name, name => context.Request.Headers[name].ToString());
        if (context.Request.ContentType is { } type) headers["Content-Type"] = type;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new ProxyRequest(context.Request.Method, context.Request.Path.ToUriComponent() + context.Request.QueryString, headers, body.ToArray());
        if (headers.TryGetValue("Accept", out var accept) && accept == "text/event-stream")
        {
            await TailAsync(context, request);
            return;
        }
        var answer = await _mutant.Http(request, ForwardAsync);
        Begin(context, answer.Status, answer.Headers);
        if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task TailAsync(HttpContext context, ProxyRequest request)
    {
        using var response = await SendAsync(request, context.RequestAborted);
        Begin(context, (int)response.StatusCode, HeadersOf(response));
        var events = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[4096];
        await context.Response.Body.FlushAsync(context.RequestAborted);
        for (int count; (count = await events.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private async Task<ProxyAnswer> ForwardAsync(ProxyRequest request)
    {
        using var response = await SendAsync(request, CancellationToken.None);
        return new ProxyAnswer((int)response.StatusCode, HeadersOf(response), await response.Content.ReadAsByteArrayAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(ProxyRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_behind, request.PathAndQuery));
        if (request.Body.Length > 0 || request.Headers.ContainsKey("Content-Type")) message.Content = new ByteArrayContent(request.Body);
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) => response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
        .Where(header => header.Key is not ("Transfer-Encoding" or "Content-Length" or "Connection" or "Upgrade"))
        .ToDictionary(header => header.Key, header => string.Join(", ", header.Value));

    private static void Begin(HttpContext context, int status, Dictionary<string, string> headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
    }

    private async Task CarryAsync(HttpContext context, string? protocol)
    {
        using var behind = new ClientWebSocket();
        if (protocol is not null) behind.Options.AddSubProtocol(protocol);
        await behind.ConnectAsync(new UriBuilder(_behind) { Scheme = "ws", Path = context.Request.Path }.Uri, context.RequestAborted);
        using var front = await context.WebSockets.AcceptWebSocketAsync(protocol);
        var toClient = Channel.CreateUnbounded<Passing>();
        var toServer = Channel.CreateUnbounded<Passing>();
        await Task.WhenAny(
            Task.WhenAll(
                ReadAsync(front, _mutant.ClientSays, toServer.Writer, toClient.Writer, context.RequestAborted),
                ReadAsync(behind, _mutant.ServerSays, toClient.Writer, toServer.Writer, context.RequestAborted),
                WriteAsync(front, toClient.Reader, context.RequestAborted),
                WriteAsync(behind, toServer.Reader, context.RequestAborted)),
            Task.Delay(Timeout.Infinite, context.RequestAborted));
    }

    private static async Task ReadAsync(WebSocket from, Rewrite rewrite, ChannelWriter<Passing> onward, ChannelWriter<Passing> back, CancellationToken cancellationToken)
    {
        try
        {
            using var gathered = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (true)
            {
                var part = await from.ReceiveAsync(buffer, cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) break;
                gathered.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Pass(gathered.ToArray(), part.MessageType, rewrite, onward, back);
                gathered.SetLength(0);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // Lost: the other side is told by a goodbye without a reason.
        }
        onward.TryWrite(new Passing([], WebSocketMessageType.Close, from.CloseStatus ?? WebSocketCloseStatus.NormalClosure, from.CloseStatusDescription));
        onward.TryComplete();
    }

    private static void Pass(byte[] message, WebSocketMessageType type, Rewrite rewrite, ChannelWriter<Passing> onward, ChannelWriter<Passing> back)
    {
        var instead = type == WebSocketMessageType.Text && ProxyJson.Parse(message) is { } json
            ? rewrite(json, reply => back.TryWrite(new Passing(ProxyJson.Write(reply), WebSocketMessageType.Text)))
            : null;
        if (instead is null) onward.TryWrite(new Passing(message, type));
        else foreach (var one in instead) onward.TryWrite(new Passing(ProxyJson.Write(one), WebSocketMessageType.Text));
    }

    private static async Task WriteAsync(WebSocket to, ChannelReader<Passing> messages, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in messages.ReadAllAsync(cancellationToken))
            {
                if (message.Type != WebSocketMessageType.Close) await to.SendAsync(message.Bytes, message.Type, true, cancellationToken);
                else if (to.State is WebSocketState.Open or WebSocketState.CloseReceived) await to.CloseOutputAsync(message.Status, message.Reason, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The reader of the same socket learns of it too.
        }
    }

    private sealed record Passing(byte[] Bytes, WebSocketMessageType Type, WebSocketCloseStatus Status = default, string? Reason = null);
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Runnel.Cli.Connection;

/// <summary>Talks HTTP to a Runnel server. Refusals and silence end the command, with a sentence that says which.</summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly string _root;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Talks to the server at <paramref name="url"/>.</summary>
    public ServerConnection(Uri url)
    {
        Url = url;
        _root = $"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/streams";
    }

    /// <summary>The server's address.</summary>
    public Uri Url { get; }

    /// <summary>What the server says of <paramref name="stream"/>; <c>null</c> if there is no such stream.</summary>
    public async Task<StreamInfo?> FindAsync(StreamName stream, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await ReadJsonAsync(HttpMethod.Get, $"/{stream}", null, cancellationToken).ConfigureAwait(false);
            return StreamInfo.Parse(answer.RootElement);
        }
        catch (CommandFailure failure) when (failure.Code == "unknown_stream")
        {
            return null;
        }
    }

    /// <summary>Creates the stream with settings, or finds it with the same.</summary>
    public async Task<StreamInfo> CreateAsync(StreamName stream, string settings, CancellationToken cancellationToken)
    {
        using var answer = await ReadJsonAsync(HttpMethod.Put, $"/{stream}", JsonContent(settings), cancellationToken).ConfigureAwait(false);
        return StreamInfo.Parse(answer.RootElement);
    }

    /// <summary>Deletes the stream.</summary>
    public async Task DeleteAsync(StreamName stream, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Delete, $"/{stream}", null, "application/json", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for what lies at <paramref name="path"/>, in the form <paramref name="accept"/>; the caller reads and disposes the answer.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string accept, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, accept, cancellationToken);

    /// <summary>Asks for the JSON that lies at <paramref name="path"/>.</summary>
    public Task<JsonDocument> GetJsonAsync(string path, CancellationToken cancellationToken) => ReadJsonAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends lines to append; the caller reads and disposes the answer.</summary>
    public Task<HttpResponseMessage> ImportAsync(StreamName stream, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(lines);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return SendAsync(HttpMethod.Post, $"/{stream}/events", content, "application/x-ndjson", cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonDocument> ReadJsonAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, path, content, "application/json", cancellationToken).ConfigureAwait(false);
        try
        {
            return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), default, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            throw NotRunnel();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _root + path) { Content = content };
        request.Headers.Accept.ParseAdd(accept);
        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw await RefusalOfAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw NoServer(exception);
        }
    }

    private async Task<CommandFailure> RefusalOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return NotRunnel(answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
        var code = problem.RootElement.GetProperty("code").GetString()!;
        return new CommandFailure(ExitCode.Refused, $"{problem.RootElement.GetProperty("detail").GetString()} ({code})", code);
    }

    private CommandFailure NotRunnel(HttpStatusCode? status = null) =>
        new(ExitCode.Refused, $"What answers at {Url}{(status is null ? "" : $", with {(int)status},")} is no Runnel server.");

    private CommandFailure NoServer(HttpRequestException exception) =>
        new(ExitCode.NoServer, $"No server answers at {Url}: {exception.InnerException?.Message ?? exception.Message}. Start one with: runnel serve");

    private static ByteArrayContent JsonContent(string json)
    {
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

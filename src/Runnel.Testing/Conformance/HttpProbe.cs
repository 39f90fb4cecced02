using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>Asks over HTTP and hands back all that was answered.</summary>
internal sealed class HttpProbe(HttpClient http, TimeSpan patience, Transcript transcript)
{
    /// <summary>Sends a request and reads the whole answer.</summary>
    public async Task<HttpAnswer> AskAsync(string line, IReadOnlyDictionary<string, string> headers, string? body, CancellationToken cancellationToken)
    {
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(patience);
        try
        {
            using var response = await StartAsync(line, headers, body, impatience.Token);
            var answer = new HttpAnswer((int)response.StatusCode, HeadersOf(response), await response.Content.ReadAsStringAsync(impatience.Token));
            transcript.Add("", '<', $"{answer.Status} {answer.Body}");
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CaseFailure($"no whole answer to {line} came within {patience.TotalSeconds} s");
        }
    }

    /// <summary>Sends a request and reads no further than the answer's headers; the caller disposes what it gets.</summary>
    public async Task<HttpResponseMessage> StartAsync(string line, IReadOnlyDictionary<string, string> headers, string? body, CancellationToken cancellationToken)
    {
        transcript.Add("", '>', body is null ? line : $"{line} {body}");
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(line[..space]), line[(space + 1)..]);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (headers.TryGetValue("Content-Type", out var type)) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        foreach (var (name, value) in headers)
        {
            if (name != "Content-Type") request.Headers.TryAddWithoutValidation(name, value);
        }
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>The names of streams that begin with <paramref name="prefix"/>, a page of them.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix)
    {
        var answer = await AskAsync($"GET /v1/streams?prefix={prefix}", new Dictionary<string, string>(), null, CancellationToken.None);
        if (answer.Status != 200) return [];
        using var list = JsonDocument.Parse(answer.Body);
        return [.. list.RootElement.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("name").GetString()!)];
    }

    /// <summary>Deletes a stream.</summary>
    /// <exception cref="CaseFailure">It is still there.</exception>
    public async Task DeleteAsync(string name)
    {
        var answer = await AskAsync($"DELETE /v1/streams/{name}", new Dictionary<string, string>(), null, CancellationToken.None);
        if (answer.Status is not (204 or 404)) throw new CaseFailure($"{name} could not be deleted: {answer.Status}");
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}

/// <summary>What was answered.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);

using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>One case being played: its variables, sockets and live reads. Used by one caller at a time.</summary>
internal sealed class CaseRun : IAsyncDisposable
{
    private const string SyncPath = "/v1/sync";
    private const string SyncProtocol = "runnel.v1.json";

    private readonly Uri _server;
    private readonly HttpProbe _http;
    private readonly TimeSpan _patience;
    private readonly Transcript _transcript;
    private readonly Template _template = new();
    private readonly Pattern _pattern;
    private readonly Dictionary<string, SocketProbe> _sockets = [];
    private readonly Dictionary<string, TailProbe> _tails = [];

    public CaseRun(Uri server, HttpProbe http, TimeSpan patience, Transcript transcript, string prefix)
    {
        _server = server;
        _http = http;
        _patience = patience;
        _transcript = transcript;
        _pattern = new Pattern(_template);
        _template.Set("stream", $"{prefix}a");
        _template.Set("stream2", $"{prefix}b");
        _template.Set("stream3", $"{prefix}c");
        _template.Set("prefix", prefix);
    }

    /// <summary>Where in the case the run has come to, for people.</summary>
    public string Place { get; private set; } = "before the first step";

    /// <summary>Does the steps in order.</summary>
    /// <exception cref="CaseFailure">The server did not do what a step says.</exception>
    public Task PlayAsync(IReadOnlyList<JsonElement> steps, CancellationToken cancellationToken) => PlayAsync(steps, "step ", cancellationToken);

    /// <summary>Looks for what came and was not asked for.</summary>
    /// <exception cref="CaseFailure">There is something.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        Place = "after the last step";
        foreach (var (name, socket) in _sockets)
        {
            if (socket.IsOpen && socket.HasSaidHello) await socket.FenceAsync(_patience, cancellationToken);
            socket.Inbox.ThrowIfViolated();
            if (socket.Inbox.Unread().FirstOrDefault(message => !Inbox.Says(message, "type", "events")) is { ValueKind: not JsonValueKind.Undefined } message)
            {
                throw new CaseFailure($"{name} got a message that nobody expected: {Transcript.Shorten(message.GetRawText())}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets.Values) await socket.DisposeAsync();
        foreach (var tail in _tails.Values) await tail.DisposeAsync();
    }

    private async Task PlayAsync(IReadOnlyList<JsonElement> steps, string place, CancellationToken cancellationToken)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            var step = new Step(steps[i]);
            Place = $"{place}{i + 1} ({step.Action})";
            await PlayAsync(step, $"{place}{i + 1}.", cancellationToken);
        }
    }

    private Task PlayAsync(Step step, string place, CancellationToken cancellationToken) => step.Action switch
    {
        "http" => AskAsync(step, cancellationToken),
        "tail" => TailAsync(step, cancellationToken),
        "open" => OpenAsync(step, cancellationToken),
        "send" => SendAsync(step, cancellationToken),
        "expect" => ExpectAsync(step, cancellationToken),
        "covers" => CoverAsync(step, cancellationToken),
        "fetched" => FetchedAsync(step, cancellationToken),
        "fence" => SocketOf(step).FenceAsync(_patience, cancellationToken),
        "close" => SocketOf(step).CloseAsync(_patience, cancellationToken),
        "repeat" => RepeatAsync(step, place, cancellationToken),
        var unknown => throw new FormatException($"There is no step \"{unknown}\"."),
    };

    private async Task RepeatAsync(Step step, string place, CancellationToken cancellationToken)
    {
        var count = _template.CountOf(step["repeat"]);
        List<JsonElement> steps = [.. step["steps"].EnumerateArray()];
        for (var i = 1; i <= count; i++)
        {
            _template.Set("i", i);
            await PlayAsync(steps, place, cancellationToken);
        }
    }

    private async Task AskAsync(Step step, CancellationToken cancellationToken)
    {
        var answer = await _http.AskAsync(_template.Fill(step.Target), HeadersOf(step), BodyOf(step), cancellationToken);
        AnswerCheck.Check(answer, _template.Expand(step["expect"]), _pattern);
    }

    private async Task TailAsync(Step step, CancellationToken cancellationToken)
    {
        var headers = HeadersOf(step);
        headers.TryAdd("Accept", "text/event-stream");
        var response = await _http.StartAsync($"GET {_template.Fill(step["get"].GetString()!)}", headers, null, cancellationToken).WaitAsync(_patience, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response) throw AnswerCheck.Refused((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        _tails.Add(step.Target, new TailProbe(step.Target, response, _transcript));
    }

    private async Task OpenAsync(Step step, CancellationToken cancellationToken)
    {
        var path = step.Find("path")?.GetString() ?? SyncPath;
        var isSync = path == SyncPath;
        string[] protocols = step.Find("protocols") is { } offered ? [.. offered.EnumerateArray().Select(offer => offer.GetString()!)] : isSync ? [SyncProtocol] : [];
        var address = new UriBuilder(_server) { Scheme = _server.Scheme == "https" ? "wss" : "ws", Path = path }.Uri;
        var socket = await SocketProbe.OpenAsync(step.Target, address, protocols, _transcript, isSync, cancellationToken);
        _sockets.Add(step.Target, socket);
        if (step.Find("protocol") is { } expected && _pattern.Difference(expected, JsonOf(socket.Protocol), "protocol") is { } difference) throw new CaseFailure(difference);
        if (step.Find("hello") is not { } hello) return;
        await SendAsync(socket, $$"""{"type":"hello",{{_template.Fill(hello)[1..]}}""", cancellationToken);
        await ExpectAsync(socket.Inbox, JsonElement.Parse("""{"type":"welcome","version":1}"""), cancellationToken);
    }

    private async Task SendAsync(Step step, CancellationToken cancellationToken)
    {
        var socket = SocketOf(step);
        if (step.Find("message") is { } message) await SendAsync(socket, _template.Fill(message), cancellationToken);
        else if (step.Find("text") is { } text) await SendAsync(socket, _template.Fill(text.GetString()!), cancellationToken);
        else if (step.Find("badText") is { } badText) await socket.SendAsync(Convert.FromHexString(badText.GetString()!), WebSocketMessageType.Text, cancellationToken);
        else await socket.SendAsync(Convert.FromHexString(step["binary"].GetString()!), WebSocketMessageType.Binary, cancellationToken);
    }

    private static Task SendAsync(SocketProbe socket, string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, cancellationToken);

    private async Task ExpectAsync(Step step, CancellationToken cancellationToken)
    {
        if (_tails.TryGetValue(step.Target, out var tail))
        {
            await ExpectAsync(tail.Inbox, _template.Expand(step["message"]), cancellationToken);
        }
        else if (step.Find("close") is { } status)
        {
            await ExpectCloseAsync(SocketOf(step), status, cancellationToken);
        }
        else
        {
            await ExpectAsync(SocketOf(step).Inbox, _template.Expand(step["message"]), cancellationToken);
        }
    }

    private async Task ExpectAsync(Inbox inbox, JsonElement expected, CancellationToken cancellationToken)
    {
        var expectation = new Expectation(expected);
        var message = await inbox.TakeAsync(expectation.IsMeant, expectation.IsInstead, expectation.ToString(), _patience, cancellationToken);
        if (_pattern.Difference(expected, message, "message") is { } difference) throw new CaseFailure(difference);
    }

    private async Task ExpectCloseAsync(SocketProbe socket, JsonElement status, CancellationToken cancellationToken)
    {
        // A server's own timeouts take longer than its answers.
        var patience = _patience * 3;
        await socket.Inbox.EndedAsync(patience, cancellationToken);
        if (socket.Goodbye is not { } goodbye) throw new CaseFailure("the connection was cut off instead of closed");
        if (goodbye.Status != status.GetInt32()) throw new CaseFailure($"the server closed with {goodbye.Status}: {goodbye.Reason}; expected {status}");
        if (status.GetInt32() != 1007 && goodbye.Reason.Length == 0) throw new CaseFailure("the server closed without a reason");
    }

    /// <summary>Takes frames of events until they reach <c>to</c>; the rules of cursors have seen to it that nothing is missing.</summary>
    private async Task CoverAsync(Step step, CancellationToken cancellationToken)
    {
        var (stream, to) = (_template.Fill(step["stream"].GetString()!), step["to"].GetInt64());
        var inbox = SocketOf(step).Inbox;
        var events = new List<JsonElement>();
        long at;
        do
        {
            var frame = await inbox.TakeAsync(
                message => Inbox.Says(message, "type", "events") && Inbox.Says(message, "stream", stream),
                message => Inbox.Says(message, "type", "error") && Inbox.Says(message, "stream", stream),
                $"a frame of events up to {to}", _patience, cancellationToken);
            if (events.Count == 0 && step.Find("from") is { } from && _pattern.Difference(from, frame.GetProperty("from"), "from") is { } late) throw new CaseFailure(late);
            events.AddRange(frame.GetProperty("events").EnumerateArray());
            at = frame.GetProperty("to").GetInt64();
        }
        while (at < to);
        if (at > to) throw new CaseFailure($"the frames reach {at}; the stream's head should be {to}");
        CheckEvents(step, events);
    }

    /// <summary>Takes the answer to a fetch: the ranges in their order, each exactly, in as many frames as the server likes.</summary>
    private async Task FetchedAsync(Step step, CancellationToken cancellationToken)
    {
        var (reference, inbox) = (step["ref"].GetRawText(), SocketOf(step).Inbox);
        var expectation = new Expectation(JsonElement.Parse($$"""{"type":"fetched","ref":{{reference}}}"""));
        var ranges = step["ranges"].EnumerateArray().Select(range => (From: range[0].GetInt64(), To: range[1].GetInt64())).ToList();
        var events = new List<JsonElement>();
        for (var i = 0; i < ranges.Count; i++)
        {
            for (var next = ranges[i].From; next <= ranges[i].To;)
            {
                var frame = await inbox.TakeAsync(expectation.IsMeant, expectation.IsInstead, expectation.ToString(), _patience, cancellationToken);
                var (from, to) = (frame.GetProperty("from").GetInt64(), frame.GetProperty("to").GetInt64());
                if (from != next || to > ranges[i].To) throw new CaseFailure($"the frame covers {from} to {to}, where {next} to {ranges[i].To} is due");
                var isLast = frame.TryGetProperty("last", out var last) && last.ValueKind == JsonValueKind.True;
                if (isLast != (to == ranges[i].To && i == ranges.Count - 1)) throw new CaseFailure($"the frame {from} to {to} {(isLast ? "says" : "does not say")} that it is the last");
                events.AddRange(frame.GetProperty("events").EnumerateArray());
                next = to + 1;
            }
        }
        CheckEvents(step, events);
    }

    private void CheckEvents(Step step, List<JsonElement> events)
    {
        if (step.Find("events") is not { } written) return;
        var expected = _template.Expand(written);
        if (expected.GetArrayLength() != events.Count) throw new CaseFailure($"{events.Count} events came; expected {expected.GetArrayLength()}");
        for (var i = 0; i < events.Count; i++)
        {
            if (_pattern.Difference(expected[i], events[i], $"events[{i}]") is { } difference) throw new CaseFailure(difference);
        }
    }

    private SocketProbe SocketOf(Step step) =>
        _sockets.TryGetValue(step.Target, out var socket) ? socket : throw new FormatException($"The case has opened no {step.Target}.");

    private Dictionary<string, string> HeadersOf(Step step)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (step.Find("body") is not null) headers["Content-Type"] = "application/json";
        if (step.Find("lines") is not null) headers["Content-Type"] = "application/x-ndjson";
        if (step.Find("headers") is not { } written) return headers;
        foreach (var header in written.EnumerateObject()) headers[header.Name] = _template.Fill(header.Value.GetString()!);
        return headers;
    }

    private string? BodyOf(Step step)
    {
        if (step.Find("body") is { } body) return _template.Fill(body);
        if (step.Find("text") is { } text) return _template.Fill(text.GetString()!);
        return step.Find("lines") is { } lines ? string.Concat(_template.Expand(lines).EnumerateArray().Select(line => line.GetRawText() + "\n")) : null;
    }

    private static JsonElement? JsonOf(string? text) => text is null ? null : JsonElement.Parse($"\"{text}\"");
}

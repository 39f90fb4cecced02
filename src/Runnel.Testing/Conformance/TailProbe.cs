using System.Text;
using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>Listens to a live read over HTTP (server-sent events) and hands out each as JSON: <c>{"id","event","data"}</c>.</summary>
internal sealed class TailProbe : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly string _name;
    private readonly Transcript _transcript;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reading;

    public TailProbe(string name, HttpResponseMessage response, Transcript transcript)
    {
        _name = name;
        _response = response;
        _transcript = transcript;
        _reading = ReadAsync();
    }

    /// <summary>What has come.</summary>
    public Inbox Inbox { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        _response.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync(_ending.Token), Encoding.UTF8);
            var members = new Dictionary<string, string>();
            while (await lines.ReadLineAsync(_ending.Token) is { } line)
            {
                if (line.Length > 0) Add(members, line);
                else if (members.Count > 0) Take(members);
            }
            Inbox.End("the server ended the answer");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            Inbox.End($"the connection was lost: {exception.Message}");
        }
    }

    private static void Add(Dictionary<string, string> members, string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0) return;   // a comment
        var (name, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        members[name] = value.StartsWith(' ') ? value[1..] : value;
    }

    private void Take(Dictionary<string, string> members)
    {
        var json = $$"""{"id":"{{members.GetValueOrDefault("id", "")}}","event":"{{members.GetValueOrDefault("event", "message")}}","data":{{members.GetValueOrDefault("data", "null")}}}""";
        members.Clear();
        _transcript.Add(_name, '<', json);
        try
        {
            Inbox.Add(JsonElement.Parse(json));
        }
        catch (JsonException)
        {
            Inbox.Violate($"the data of an event is no JSON: {json}");
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Runnel.Client.Sqlite.Tests;
using Runnel.Faults.Tests.Network;
using Runnel.Tests;

namespace Runnel.Faults.Tests;

/// <summary>A server that is killed again and again while many publish and read, over HTTP and WebSocket.</summary>
public sealed class ServerKillTests(ITestOutputHelper output)
{
    private const int Publishers = 3;

    // With those of the store and of the clients there are 60 in a usual run, and 5,000 in a long one.
    private static readonly int Rounds = Randomized.Runs(15, inLongRuns: 500);

    // Long enough that the server, which starts meanwhile, gets the processor.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, long> _acknowledged = [];
    private readonly ConcurrentDictionary<long, string> _shown = [];
    private readonly ConcurrentBag<string> _wrong = [];
    private int _lost;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_under_load_keeps_what_it_acknowledged_and_what_it_showed()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var isDone = new CancellationTokenSource();
        var publishers = Enumerable.Range(0, Publishers).SelectMany(i => new[] { PublishByHttpAsync(server, $"http-{i}", isDone.Token), PublishBySocketAsync(server, $"socket-{i}", isDone.Token) }).ToArray();
        var random = new Random(20261130);
        for (var round = 0; round < Rounds && _wrong.IsEmpty; round++)
        {
            // A round that hardly anything happened in would prove nothing.
            var enough = _acknowledged.Count + random.Next(20, 200);
            await Patience.UntilAsync(() => _acknowledged.Count >= enough || !_wrong.IsEmpty, () => $"Nothing is acknowledged in round {round}.");
            await server.KillAsync();
            await server.StartAsync();
        }
        await isDone.CancelAsync();
        await Task.WhenAll(publishers);

        Assert.Empty(_wrong);
        await AssertThereAsync(server);
        output.WriteLine($"{Rounds} kills, {_acknowledged.Count} events acknowledged, {_shown.Count} shown, {_lost} answers lost.");
    }

    private async Task AssertThereAsync(ServerProcess server)
    {
        var events = await server.EventsAsync("notes");
        var texts = new Dictionary<string, long>();
        for (var i = 0; i < events.Count; i++)
        {
            var seq = events[i].GetProperty("seq").GetInt64();
            Assert.Equal(i + 1, seq);
            Assert.True(texts.TryAdd(TextOf(events[i]), seq), $"{TextOf(events[i])} stands twice in the stream, at {texts[TextOf(events[i])]} and {seq}.");
        }
        foreach (var (text, seq) in _acknowledged) Assert.True(texts.TryGetValue(text, out var at) && at == seq, $"{text} was acknowledged as {seq}, and stands at {at}.");
        foreach (var (seq, text) in _shown) Assert.True(seq <= events.Count && TextOf(events[(int)seq - 1]) == text, $"{text} was shown at {seq}, and is not there.");
        foreach (var author in events.GroupBy(stored => stored.GetProperty("client").GetString()))
        {
            Assert.Equal(Enumerable.Range(1, author.Count()).Select(number => $"{author.Key} {number}"), author.Select(TextOf));
        }
    }

    private async Task PublishByHttpAsync(ServerProcess server, string author, CancellationToken isDone)
    {
        using var http = new HttpClient { Timeout = Patience.Deadline };
        var seen = 0L;
        for (var number = 1; !isDone.IsCancellationRequested;)
        {
            try
            {
                using var content = new StringContent($$"""{"client":"{{author}}","events":[{{Event(author, number)}}]}""", Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync($"{server.Url}/v1/streams/notes/events", content, Cancellation);
                var body = await answer.Content.ReadAsStringAsync(Cancellation);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    _acknowledged[$"{author} {number++}"] = JsonDocument.Parse(body).RootElement.GetProperty("seqs")[0].GetInt64();
                    if (number % 10 == 0) seen = await ReadAsync(http, server, seen);
                }
                else if ((int)answer.StatusCode < 500)
                {
                    _wrong.Add($"{author} {number} was refused: {body}");
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                Interlocked.Increment(ref _lost);   // sent again, until it is answered
                await Task.Delay(RetryDelay, Cancellation);
            }
        }
    }

    private async Task<long> ReadAsync(HttpClient http, ServerProcess server, long after)
    {
        using var answer = await http.GetAsync($"{server.Url}/v1/streams/notes/events?after={after}", Cancellation);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            _wrong.Add($"What lies behind {after}, which was shown, cannot be read: {body}");
            return after;
        }
        foreach (var stored in JsonDocument.Parse(body).RootElement.GetProperty("events").EnumerateArray()) NoteShown(after = stored.GetProperty("seq").GetInt64(), TextOf(stored));
        return after;
    }

    private async Task PublishBySocketAsync(ServerProcess server, string author, CancellationToken isDone)
    {
        var number = 1;
        for (var session = 1; !isDone.IsCancellationRequested; session++)
        {
            try
            {
                await using var sync = await RawSync.ConnectAsync(server.Url, author, session);
                try
                {
                    while (!isDone.IsCancellationRequested)
                    {
                        var seq = await sync.PublishAsync(Event(author, number));
                        _acknowledged[$"{author} {number++}"] = seq;
                    }
                }
                finally
                {
                    foreach (var (seq, text) in sync.Shown) NoteShown(seq, text);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or IOException)
            {
                Interlocked.Increment(ref _lost);
                await Task.Delay(RetryDelay, Cancellation);
            }
        }
    }

    private void NoteShown(long seq, string text)
    {
        if (_shown.GetOrAdd(seq, text) != text) _wrong.Add($"{_shown[seq]} was shown at {seq}, and later {text}.");
    }

    private static string Event(string author, int number) =>
        $$$"""{"clientSeq":{{{number}}},"precedingSeq":0,"op":"insert","collection":"note","id":"{{{author}}}-{{{number}}}","fields":{"text":"{{{author}}} {{{number}}}"}}""";

    private static string TextOf(JsonElement stored) => stored.GetProperty("fields").GetProperty("text").GetString()!;
}

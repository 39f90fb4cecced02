using System.Net;
using System.Net.Http.Headers;

namespace Runnel.AspNetCore.Tests.Reading;

public sealed class LiveTailTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task A_tail_shows_what_there_is_and_then_what_comes()
    {
        await _server.AddAsync(_stream, "c", "1");
        await _server.AddAsync(_stream, "c", "2");
        await using var tail = await Tail.OpenAsync(_server, $"/v1/streams/{_stream}/events?after=1");

        Assert.Equal("2", await tail.NextIdAsync());
        for (var i = 3; i <= 20; i++)
        {
            await _server.AddAsync(_stream, "c", $"{i}");
            Assert.Equal($"{i}", await tail.NextIdAsync());
        }
    }

    [Fact]
    public async Task The_data_of_a_message_is_the_event_as_it_is_stored()
    {
        await _server.AddAsync(_stream, "c", "1", """{"text":"two\nlines"}""");
        await using var tail = await Tail.OpenAsync(_server, $"/v1/streams/{_stream}/events");

        Assert.Equal("id: 1", await tail.NextLineAsync());
        var stored = (await _server.GetAsync($"/v1/streams/{_stream}/events")).Json.GetProperty("events")[0].GetRawText();
        Assert.Equal($"data: {stored}", await tail.NextLineAsync());
    }

    [Fact]
    public async Task Who_comes_back_goes_on_behind_the_last_event_it_saw()
    {
        for (var i = 1; i <= 5; i++) await _server.AddAsync(_stream, "c", $"{i}");
        await using var tail = await Tail.OpenAsync(_server, $"/v1/streams/{_stream}/events?after=1", "4");
        Assert.Equal("5", await tail.NextIdAsync());
    }

    [Fact]
    public async Task A_deleted_stream_ends_its_tails()
    {
        await _server.AddAsync(_stream, "c", "1");
        await using var tail = await Tail.OpenAsync(_server, $"/v1/streams/{_stream}/events");
        Assert.Equal("1", await tail.NextIdAsync());

        await _server.DeleteAsync($"/v1/streams/{_stream}");

        string? line;
        do line = await tail.NextLineAsync();
        while (line is not "event: error");
        Assert.Contains("\"gone\"", await tail.NextLineAsync(), StringComparison.Ordinal);
        Assert.Null(await tail.NextLineAsync());
    }

    [Fact]
    public async Task A_tail_from_beyond_the_head_or_from_nonsense_is_refused()
    {
        await _server.AddAsync(_stream, "c", "1");
        (await TryAsync("after=2")).AssertProblem(HttpStatusCode.Conflict, "diverged");
        (await TryAsync("", ("Last-Event-ID", "7"))).AssertProblem(HttpStatusCode.Conflict, "diverged");
        (await TryAsync("", ("Last-Event-ID", "x"))).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
        (await TryAsync("after=-1")).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");

        Task<RunningServer.Answer> TryAsync(string query, params (string, string)[] headers) =>
            _server.GetAsync($"/v1/streams/{_stream}/events?{query}", [("Accept", "text/event-stream"), .. headers]);
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_tails_and_does_not_wait_for_them()
    {
        var server = await RunningServer.StartAsync();
        await server.AddAsync("s", "c", "1");
        await using var tail = await Tail.OpenAsync(server, "/v1/streams/s/events");
        Assert.Equal("1", await tail.NextIdAsync());
        Assert.StartsWith("data: ", await tail.NextLineAsync(), StringComparison.Ordinal);

        await server.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Null(await tail.NextLineAsync());
        await server.DisposeAsync();
    }

    private sealed class Tail(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public static async Task<Tail> OpenAsync(RunningServer server, string path, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
            var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new Tail(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
        }

        /// <summary>The next line that is neither blank nor a heartbeat; null at the end.</summary>
        public async Task<string?> NextLineAsync()
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.Length > 0 && line != ":") return line;
            }
            return null;
        }

        public async Task<string> NextIdAsync()
        {
            while (await NextLineAsync() is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal)) return line[4..];
            }
            throw new EndOfStreamException();
        }

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

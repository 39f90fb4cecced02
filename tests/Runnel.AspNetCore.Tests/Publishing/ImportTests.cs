using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Runnel.AspNetCore.Tests.Publishing;

public sealed class ImportTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task Lines_land_in_their_order_whoever_wrote_them()
    {
        string[] lines = [.. Enumerable.Range(1, 3_000).Select(i => Line($"c{i * 7919 % 11}", $"o{i}"))];

        var answer = await _server.ImportAsync(_stream, lines);

        Assert.Equal("application/x-ndjson", answer.Type);
        Assert.Equal(Enumerable.Range(1, 3_000).Select(i => (long)i), answer.Lines.Select(line => line.GetProperty("seq").GetInt64()));
        var stored = await _server.GetAsync($"/v1/streams/{_stream}/events", ("Accept", "application/x-ndjson"));
        Assert.Equal(Enumerable.Range(1, 3_000).Select(i => $"o{i}"), stored.Lines.Select(line => line.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task A_run_of_one_author_may_have_seen_its_own_events()
    {
        string[] lines = [.. Enumerable.Range(1, 500).Select(i => Line("c", $"o{i}", clientSeq: i, precedingSeq: i - 1))];

        var answer = await _server.ImportAsync(_stream, lines);

        Assert.Equal(500, answer.Lines.Length);
        Assert.Equal(500, await _server.HeadAsync(_stream));
    }

    [Fact]
    public async Task The_same_lines_again_are_found_and_stored_once()
    {
        string[] lines = [.. Enumerable.Range(1, 200).Select(i => Line($"c{i % 3}", $"o{i}", clientSeq: (i + 2) / 3))];
        await _server.ImportAsync(_stream, lines[..77]);

        var answer = await _server.ImportAsync(_stream, lines);

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), answer.Lines.Select(line => line.GetProperty("seq").GetInt64()));
        Assert.Equal(200, await _server.HeadAsync(_stream));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(100)]
    public async Task Nothing_behind_the_first_refused_line_is_stored_and_everything_before_it_is(int bad)
    {
        string[] lines = [.. Enumerable.Range(1, 100).Select(i => Line(i is > 20 and < 90 ? "run" : $"c{i}", $"o{i}", precedingSeq: i == bad ? 1_000 : null))];

        var answer = await _server.ImportAsync(_stream, lines);

        Assert.Equal(bad, answer.Lines.Length);
        var error = answer.Lines[^1].GetProperty("error");
        Assert.Equal("future_preceding_seq", error.GetProperty("code").GetString());
        Assert.Equal(bad, error.GetProperty("line").GetInt32());
        Assert.False(error.GetProperty("retryable").GetBoolean());
        if (bad > 1) Assert.Equal(bad - 1, await _server.HeadAsync(_stream));
        else (await _server.GetAsync($"/v1/streams/{_stream}")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
    }

    [Fact]
    public async Task What_cannot_be_read_ends_the_import_where_it_stands()
    {
        (string Line, string Code)[] cases =
        [
            ("{", "invalid_message"), ("{} {}", "invalid_message"), ("7", "invalid_event"), ("""{"op":"delete","collection":"a","id":"1"}""", "invalid_message"),
            ("""{"client":"a b","op":"delete","collection":"a","id":"1"}""", "invalid_name"), (new string('x', 200_000), "too_large"),
        ];
        var head = 0;
        foreach (var (line, code) in cases)
        {
            var answer = await _server.ImportAsync(_stream, Line("c", "1"), "", " \r", line, Line("c", "2"));
            Assert.Equal(++head, answer.Lines[0].GetProperty("seq").GetInt64());
            Assert.Equal(code, answer.Lines[1].GetProperty("error").GetProperty("code").GetString());
            Assert.Equal(4, answer.Lines[1].GetProperty("error").GetProperty("line").GetInt32());
            Assert.Equal(head, await _server.HeadAsync(_stream));
        }
    }

    [Fact]
    public async Task An_import_of_nothing_is_answered_with_nothing()
    {
        var answer = await _server.ImportAsync(_stream, "", "\r", "  ");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Each_line_is_answered_once_it_is_durable_while_the_sender_still_has_more()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(_server.App.Urls.First()).Port, TestContext.Current.CancellationToken);
        using var connection = client.GetStream();
        await SendAsync($"POST /v1/streams/{_stream}/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        var received = "";
        for (var i = 1; i <= 3; i++)
        {
            var line = Line("c", $"o{i}") + "\n";
            await SendAsync($"{line.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n{line}\r\n");
            while (!received.Contains($$"""{"seq":{{i}}}""", StringComparison.Ordinal)) received += await ReceiveAsync();
        }
        await SendAsync("0\r\n\r\n");
        while (!received.EndsWith("0\r\n\r\n", StringComparison.Ordinal)) received += await ReceiveAsync();
        Assert.StartsWith("HTTP/1.1 200", received, StringComparison.Ordinal);

        Task SendAsync(string text) => connection.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[4096];
            var count = await connection.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            return Encoding.ASCII.GetString(buffer, 0, count);
        }
    }

    [Fact]
    public async Task A_window_of_one_still_takes_everything()
    {
        await using var server = await RunningServer.StartAsync(options => options.MaxImportWindow = 1);
        var answer = await server.ImportAsync("s", [.. Enumerable.Range(1, 300).Select(i => Line($"c{i % 5}", $"o{i}"))]);
        Assert.Equal(300, answer.Lines.Length);
        Assert.Equal(300, await server.HeadAsync("s"));
    }

    [Fact]
    public async Task A_server_of_small_batches_takes_runs_all_the_same()
    {
        await using var server = await RunningServer.StartAsync(options => options.MaxBatchEvents = 7);
        var answer = await server.ImportAsync("s", [.. Enumerable.Range(1, 300).Select(i => Line("c", $"o{i}", clientSeq: i, precedingSeq: 0))]);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), answer.Lines.Select(line => line.GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task A_disk_that_fills_up_ends_the_import_in_order_and_it_can_go_on_later()
    {
        await using var server = await RunningServer.StartAsync();
        string[] lines = [.. Enumerable.Range(1, 50).Select(i => Line($"c{i}", $"o{i}", clientSeq: 1))];
        await server.ImportAsync("s", lines[..10]);
        server.Disk.IsFull = true;

        var refused = await server.ImportAsync("s", lines);
        Assert.Equal(11, refused.Lines.Length);
        Assert.Equal("storage_full", refused.Lines[^1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(11, refused.Lines[^1].GetProperty("error").GetProperty("line").GetInt32());

        server.Disk.IsFull = false;
        Assert.Equal(50, (await server.ImportAsync("s", lines)).Lines.Length);
        var stored = await server.GetAsync("/v1/streams/s/events");
        Assert.Equal(Enumerable.Range(1, 50).Select(i => $"o{i}"), stored.Json.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
    }

    private static string Line(string client, string id, long? clientSeq = null, long? precedingSeq = null)
    {
        var numbers = (clientSeq is null ? "" : $"\"clientSeq\":{clientSeq},") + (precedingSeq is null ? "" : $"\"precedingSeq\":{precedingSeq},");
        return $$$"""{"client":"{{{client}}}",{{{numbers}}}"op":"insert","collection":"task","id":"{{{id}}}","fields":{"n":1}}""";
    }
}

using System.Net;

namespace Runnel.AspNetCore.Tests.Publishing;

public sealed class PublishTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task A_batch_is_answered_with_its_seqs_and_the_head()
    {
        var first = await _server.PublishAsync(_stream, """{"client":"phone","session":1,"nonce":"n","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"title":"milk"}},{"clientSeq":2,"precedingSeq":0,"op":"delete","collection":"task","id":"1"}],"unknown":[1]}""");

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("""{"seqs":[1,2],"head":2}""", first.Body);
        Assert.Equal(3, await _server.AddAsync(_stream, "tablet"));
    }

    [Fact]
    public async Task The_same_batch_again_changes_nothing_and_may_go_on_behind_what_is_known()
    {
        const string One = """{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"a":1.0}}""";
        const string Two = """{"clientSeq":2,"precedingSeq":0,"op":"update","collection":"task","id":"1","fields":{"a":2}}""";
        await _server.PublishAsync(_stream, $$"""{"client":"phone","events":[{{One}}]}""");
        await _server.AddAsync(_stream, "tablet");

        var both = await _server.PublishAsync(_stream, $$"""{"events":[{{One.Replace("1.0", "1", StringComparison.Ordinal)}},{{Two}}],"client":"phone"}""");
        var again = await _server.PublishAsync(_stream, $$"""{"client":"phone","events":[{{One}},{{Two}}]}""");

        Assert.Equal([1, 3], both.Seqs());
        Assert.Equal([1, 3], again.Seqs());
        Assert.Equal(3, again.Json.GetProperty("head").GetInt64());
    }

    [Fact]
    public async Task What_is_left_out_by_hand_is_filled_in()
    {
        await _server.AddAsync(_stream, "tablet");
        await _server.AddAsync(_stream, "phone");

        var stored = (await _server.GetAsync($"/v1/streams/{_stream}/events?after=1")).Json.GetProperty("events")[0];
        Assert.Equal(1, stored.GetProperty("clientSeq").GetInt64());
        Assert.Equal(1, stored.GetProperty("precedingSeq").GetInt64());
        Assert.Equal("phone", stored.GetProperty("client").GetString());
        Assert.True(stored.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonx")]
    public async Task Only_JSON_is_taken_so_that_no_page_of_another_site_can_publish(string? type)
    {
        var answer = await _server.SendAsync(HttpMethod.Post, $"/v1/streams/{_stream}/events", """{"client":"a","events":[{"op":"delete","collection":"a","id":"1"}]}"""u8.ToArray(), type);
        answer.AssertProblem(HttpStatusCode.UnsupportedMediaType, "not_supported");
    }

    [Fact]
    public async Task A_charset_does_no_harm()
    {
        var answer = await _server.SendAsync(HttpMethod.Post, $"/v1/streams/{_stream}/events", """{"client":"a","events":[{"op":"delete","collection":"a","id":"1"}]}"""u8.ToArray(), "Application/JSON; charset=utf-8");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_server_may_ask_for_streams_to_be_created_first()
    {
        await using var server = await RunningServer.StartAsync(options => options.CreatesStreamsOnPublish = false);

        (await server.PublishAsync("s", """{"client":"a","events":[{"op":"delete","collection":"a","id":"1"}]}""")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        await server.PutAsync("/v1/streams/s");
        Assert.Equal(1, await server.AddAsync("s", "a"));
    }

    [Fact]
    public async Task A_full_disk_is_said_and_forgotten_once_there_is_room()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddAsync("s", "a");
        server.Disk.IsFull = true;

        var refused = await server.PublishAsync("s", """{"client":"a","events":[{"op":"delete","collection":"a","id":"1"}]}""");
        refused.AssertProblem(HttpStatusCode.InsufficientStorage, "storage_full");
        Assert.True(refused.Json.GetProperty("retryable").GetBoolean());
        Assert.Equal(1, await server.HeadAsync("s"));

        server.Disk.IsFull = false;
        Assert.Equal(2, await server.AddAsync("s", "a"));
    }
}

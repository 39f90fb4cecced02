using System.Net;
using System.Text;

namespace Runnel.AspNetCore.Tests.Streams;

public sealed class StreamTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Total = """{"order":"total","collections":{"task":{"onConcurrentDelete":"updateWins","fields":{"title":"keepAll"}}}}""";

    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    private string Path => $"/v1/streams/{_stream}";

    [Fact]
    public async Task A_stream_is_created_once_and_then_found()
    {
        var created = await _server.PutAsync(Path, Total);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(_stream, created.Json.GetProperty("name").GetString());
        Assert.Equal(0, created.Json.GetProperty("head").GetInt64());
        Assert.EndsWith("Z", created.Json.GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.Equal(CanonicalJson.Parse(Total), CanonicalJson.Parse(created.Json.GetProperty("settings").GetRawText()));

        var again = await _server.PutAsync(Path, Total.Replace("\"order\":\"total\"", "\"order\": \"total\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(created.Body, again.Body);
        Assert.Equal(created.Body, (await _server.GetAsync(Path)).Body);
    }

    [Fact]
    public async Task Settings_that_say_the_default_are_the_default()
    {
        Assert.Equal(HttpStatusCode.Created, (await _server.PutAsync(Path)).Status);
        foreach (var same in new[] { "", "{}", """{"order":"causal"}""", """{"collections":{"task":{"onConcurrentDelete":"deleteWins","fields":{"a":"lastWriterWins"}}}}""" })
        {
            Assert.Equal(HttpStatusCode.OK, (await _server.PutAsync(Path, same)).Status);
        }
    }

    [Fact]
    public async Task Rules_may_be_added_for_what_no_event_has_named()
    {
        await _server.AddAsync(_stream, "c", fields: """{"title":"milk"}""");

        Assert.Equal(HttpStatusCode.OK, (await _server.PutAsync(Path, """{"collections":{"note":{"onConcurrentDelete":"updateWins"},"task":{"fields":{"tags":"keepAll"}}}}""")).Status);
        (await _server.PutAsync(Path, """{"collections":{"task":{"fields":{"title":"keepAll"}}}}""")).AssertProblem(HttpStatusCode.Conflict, "settings_conflict");
        (await _server.PutAsync(Path, """{"order":"total"}""")).AssertProblem(HttpStatusCode.Conflict, "settings_conflict");
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"order":"random"}""")]
    [InlineData("""{"order":"total","order":"total"}""")]
    [InlineData("""{"settings":{}}""")]
    [InlineData("""{"collections":[]}""")]
    [InlineData("""{"collections":{"1a":{}}}""")]
    [InlineData("""{"collections":{"a":{"onConcurrentDelete":"maybe"}}}""")]
    [InlineData("""{"collections":{"a":{"fields":{"b":"max"}}}}""")]
    [InlineData("""{} {}""")]
    public async Task Settings_that_are_none_create_nothing(string settings)
    {
        (await _server.PutAsync(Path, settings)).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
        (await _server.GetAsync(Path)).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
    }

    [Fact]
    public async Task Settings_have_a_limit()
    {
        (await _server.PutAsync(Path, new string(' ', 200_000))).AssertProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task A_deleted_stream_is_gone_and_its_name_gets_a_new_identity()
    {
        await _server.AddAsync(_stream, "c");
        await _server.AddAsync(_stream, "c", "2");
        var id = (await _server.GetAsync(Path)).Json.GetProperty("id").GetString();
        var page = await _server.GetAsync($"{Path}/events?limit=1");

        Assert.Equal(HttpStatusCode.NoContent, (await _server.DeleteAsync(Path)).Status);
        (await _server.DeleteAsync(Path)).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        (await _server.GetAsync(Path)).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        (await _server.GetAsync($"{Path}/events")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        (await _server.GetAsync($"{Path}/state")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");

        Assert.Equal(1, await _server.AddAsync(_stream, "c", "3"));
        await _server.AddAsync(_stream, "c", "4");
        Assert.NotEqual(id, (await _server.GetAsync(Path)).Json.GetProperty("id").GetString());
        var anew = await _server.GetAsync($"{Path}/events?limit=1", ("If-None-Match", page.ETag!));
        Assert.Equal(HttpStatusCode.OK, anew.Status);
        Assert.NotEqual(page.ETag, anew.ETag);
        Assert.Equal("3", (await _server.GetAsync($"{Path}/state")).Json.GetProperty("records")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Lists_go_on_by_name()
    {
        string[] names = [.. new[] { "a", "b", "b:1", "b:2", "b~", "c" }.Select(name => $"{_stream}.{name}")];
        foreach (var name in names) await _server.PutAsync($"/v1/streams/{name}");

        Assert.Equal(names, await ListAsync($"prefix={_stream}."));
        Assert.Equal(names[1..5], await ListAsync($"prefix={_stream}.b"));
        Assert.Equal(names[2..4], await ListAsync($"prefix={_stream}.b&after={names[1]}&limit=2"));
        Assert.Empty(await ListAsync($"prefix={_stream}.x"));
        (await _server.GetAsync("/v1/streams?limit=0")).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");

        async Task<string[]> ListAsync(string query) =>
            [.. (await _server.GetAsync($"/v1/streams?{query}")).Json.GetProperty("streams").EnumerateArray().Select(stream => stream.GetProperty("name").GetString()!)];
    }

    [Theory]
    [InlineData("GET", "/v1", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/streams/s/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/streams/a/b/c", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/streams", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "/v1/streams/s", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/streams/s/events", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/v1/streams/s/state", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PUT", "/health/live", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_there_is_a_problem_with_a_code_too(string method, string path, HttpStatusCode status)
    {
        var answer = await _server.SendAsync(new HttpMethod(method), path, Encoding.UTF8.GetBytes("{}"), "application/json");
        answer.AssertProblem(status, "not_supported");
        Assert.Equal(status == HttpStatusCode.MethodNotAllowed, answer.Allow is not null);
    }
}

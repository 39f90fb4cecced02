using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Runnel.AspNetCore.Tests.Reading;

public sealed class ReadTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Immutable = "public, max-age=31536000, immutable";

    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task Pages_lead_to_the_head_by_their_to()
    {
        await FillAsync(25);
        var seqs = new List<long>();
        for (var after = 0L; ;)
        {
            var page = await ReadAsync($"after={after}&limit=10");
            Assert.Equal(after + 1, page.Json.GetProperty("from").GetInt64());
            var to = page.Json.GetProperty("to").GetInt64();
            Assert.Equal(page.EventSeqs.Length, to - after);
            Assert.Equal(to == 25, page.Json.TryGetProperty("head", out _));
            seqs.AddRange(page.EventSeqs);
            if (to == after) break;
            after = to;
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i), seqs);
    }

    [Fact]
    public async Task A_page_ends_early_where_its_events_are_large()
    {
        for (var i = 0; i < 30; i++) await _server.AddAsync(_stream, "c", $"{i}", $$"""{"text":"{{new string('x', 60_000)}}"}""");

        var page = await ReadAsync("");
        Assert.Equal(18, page.Json.GetProperty("to").GetInt64());
        Assert.False(page.Json.TryGetProperty("head", out _));
        Assert.Equal([19, 30], (await ReadAsync("after=18")).EventSeqs.Where((_, i) => i is 0 or 11));
    }

    [Fact]
    public async Task What_lies_below_the_head_stays_true_and_what_reaches_it_does_not()
    {
        await FillAsync(10);

        var below = await ReadAsync("after=2&limit=3");
        Assert.Equal(Immutable, below.CacheControl);
        Assert.StartsWith("\"", below.ETag, StringComparison.Ordinal);
        Assert.False(below.Json.TryGetProperty("head", out _));
        Assert.Contains(below.Json.GetProperty("id").GetString()!, below.ETag, StringComparison.Ordinal);

        var end = await ReadAsync("after=7");
        Assert.Equal("no-cache", end.CacheControl);
        Assert.Equal(10, end.Json.GetProperty("head").GetInt64());

        await _server.AddAsync(_stream, "c");
        Assert.Equal(below.Body, (await ReadAsync("after=2&limit=3")).Body);
        Assert.NotEqual(end.ETag, (await ReadAsync("after=7")).ETag);
    }

    [Fact]
    public async Task Who_has_an_answer_already_is_told_so()
    {
        await FillAsync(10);
        foreach (var query in new[] { "after=2&limit=3", "after=10", "", "ranges=2-3,5" })
        {
            var first = await ReadAsync(query);
            var again = await ReadAsync(query, ("If-None-Match", $"\"other\", {first.ETag}"));
            Assert.Equal(HttpStatusCode.NotModified, again.Status);
            Assert.Empty(again.Body);
            Assert.Equal(first.ETag, again.ETag);
            Assert.Equal(HttpStatusCode.OK, (await ReadAsync(query, ("Accept", "application/x-ndjson"), ("If-None-Match", first.ETag!))).Status);
        }
    }

    [Fact]
    public async Task Ranges_are_covered_as_far_as_the_head()
    {
        await FillAsync(20);

        var below = await ReadAsync("ranges=3-5,8");
        Assert.Equal("[[3,5],[8,8]]", below.Json.GetProperty("covered").GetRawText());
        Assert.Equal([3, 4, 5, 8], below.EventSeqs);
        Assert.Equal(Immutable, below.CacheControl);

        var beyond = await ReadAsync("ranges=2,19-30,40-50");
        Assert.Equal("[[2,2],[19,20]]", beyond.Json.GetProperty("covered").GetRawText());
        Assert.Equal("no-cache", beyond.CacheControl);
        Assert.Equal("[]", (await ReadAsync("ranges=21")).Json.GetProperty("covered").GetRawText());
    }

    [Theory]
    [InlineData("ranges=")]
    [InlineData("ranges=0-3")]
    [InlineData("ranges=5-3")]
    [InlineData("ranges=1-5,3")]
    [InlineData("ranges=1-5,5")]
    [InlineData("ranges=a")]
    [InlineData("ranges=1--2")]
    [InlineData("ranges=-1")]
    [InlineData("ranges=1.5")]
    [InlineData("ranges=9223372036854775808")]
    [InlineData("ranges=1&after=2")]
    [InlineData("after=-1")]
    [InlineData("after=1.5")]
    [InlineData("after=x")]
    [InlineData("after=")]
    [InlineData("after=9223372036854775808")]
    [InlineData("after=1&after=2")]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
    {
        await FillAsync(3);
        (await ReadAsync(query)).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
    }

    [Fact]
    public async Task Who_holds_more_than_there_is_has_diverged()
    {
        await FillAsync(3);
        (await ReadAsync("after=4")).AssertProblem(HttpStatusCode.Conflict, "diverged");
        (await ReadAsync("after=9007199254740993", ("Accept", "application/x-ndjson"))).AssertProblem(HttpStatusCode.Conflict, "diverged");
        Assert.Equal("""[]""", (await ReadAsync("after=3")).Json.GetProperty("events").GetRawText());
        Assert.Equal(3, (await ReadAsync("after=3")).Json.GetProperty("to").GetInt64());
    }

    [Fact]
    public async Task A_limit_beyond_the_page_gives_the_page()
    {
        await _server.ImportAsync(_stream, [.. Enumerable.Range(1, 1_200).Select(i => $$$"""{"client":"c","op":"insert","collection":"task","id":"{{{i}}}","fields":{}}""")]);
        Assert.Equal(1_000, (await ReadAsync("limit=5000")).Json.GetProperty("to").GetInt64());
        Assert.Equal(1_000, (await ReadAsync("")).EventSeqs.Length);
        Assert.Equal("[[1,1000]]", (await ReadAsync("ranges=1-1100")).Json.GetProperty("covered").GetRawText());
        Assert.Equal(1_200, (await ReadAsync("", ("Accept", "application/x-ndjson"))).Lines.Length);
    }

    [Fact]
    public async Task Lines_hold_the_same_bytes_as_pages()
    {
        await FillAsync(12);
        var page = await ReadAsync("after=3&limit=5");
        var lines = await ReadAsync("after=3&limit=5", ("Accept", "application/x-ndjson"));
        var ranges = await ReadAsync("ranges=4-6,7-8", ("Accept", "text/html, application/x-ndjson;q=0.9, application/json;q=0.5"));

        Assert.Equal("application/x-ndjson", lines.Type);
        Assert.Equal(page.Json.GetProperty("events").GetRawText(), $"[{lines.Body.TrimEnd('\n').Replace("\n", ",", StringComparison.Ordinal)}]");
        Assert.Equal(lines.Body, ranges.Body);
        Assert.Equal(Immutable, lines.CacheControl);
        Assert.NotEqual(page.ETag, lines.ETag);
        Assert.Equal("no-cache", (await ReadAsync("", ("Accept", "application/x-ndjson"))).CacheControl);
    }

    [Fact]
    public async Task An_unknown_stream_is_said_to_be_unknown_in_every_form()
    {
        foreach (var accept in new[] { "application/json", "application/x-ndjson", "text/event-stream", "*/*" })
        {
            (await ReadAsync("", ("Accept", accept))).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        }
    }

    [Fact]
    public async Task What_needs_a_login_is_cached_by_nobody_but_who_has_it()
    {
        await using var server = await RunningServer.StartAsync(
            services: services => services.AddAuthorization().AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, EverybodyIsBob>("test", null),
            map: app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapRunnel().RequireAuthorization();
            });
        await server.AddAsync("s", "a");
        await server.AddAsync("s", "a");

        Assert.StartsWith("private", (await server.GetAsync("/v1/streams/s/events?limit=1")).CacheControl, StringComparison.Ordinal);
        Assert.StartsWith("private", (await server.GetAsync("/v1/streams/s/events")).CacheControl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_says_what_GET_would()
    {
        await FillAsync(3);
        var head = await _server.SendAsync(HttpMethod.Head, $"/v1/streams/{_stream}/events?limit=2");
        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Body);
        Assert.Equal(Immutable, head.CacheControl);
    }

    [Fact]
    public async Task Texts_come_back_as_they_are()
    {
        await _server.AddAsync(_stream, "c", "ключ 🔑", """{"text":"<ü> \"\\ \u0001 🔑 \u2028"}""");
        var stored = (await ReadAsync("")).Json.GetProperty("events")[0];
        Assert.Equal("ключ 🔑", stored.GetProperty("id").GetString());
        Assert.Equal("<ü> \"\\ \u0001 🔑 \u2028", stored.GetProperty("fields").GetProperty("text").GetString());
        Assert.Contains("<ü>", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes((await ReadAsync("")).Body)), StringComparison.Ordinal);
    }

    private async Task FillAsync(int count)
    {
        for (var i = 1; i <= count; i++) await _server.AddAsync(_stream, $"c{i % 3}", $"o{i}");
    }

    private Task<RunningServer.Answer> ReadAsync(string query, params (string, string)[] headers) => _server.GetAsync($"/v1/streams/{_stream}/events?{query}", headers);

    private sealed class EverybodyIsBob(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var bob = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity([], "test"));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(bob, "test")));
        }
    }
}

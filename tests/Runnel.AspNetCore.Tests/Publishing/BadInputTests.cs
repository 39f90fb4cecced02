using System.Net;
using System.Text;

namespace Runnel.AspNetCore.Tests.Publishing;

/// <summary>Whatever a client sends: a clear error, nothing stored, and the others go on.</summary>
public sealed class BadInputTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    /// <summary>What a publish may be wrong in, apart from its events.</summary>
    public static TheoryData<string, string, string> BadMessages => new()
    {
        { "nothing", "", "invalid_message" },
        { "no end", """{"client":"bad","events":[""", "invalid_message" },
        { "no JSON", """{client:bad}""", "invalid_message" },
        { "a trailing comma", """{"client":"bad","events":[],}""", "invalid_message" },
        { "two texts", """{"client":"bad","events":[]} {}""", "invalid_message" },
        { "no object", """["bad"]""", "invalid_message" },
        { "no client", """{"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "client is a number", """{"client":7,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "client is there twice", """{"client":"bad","client":"bad","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "client is no name", """{"client":"b d","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_name" },
        { "client is two dots", """{"client":"..","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_name" },
        { "client is empty", """{"client":"","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_name" },
        { "client holds half a character", """{"client":"\ud800","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "a member's name holds half a character", """{"client":"bad","\ud800":1,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "no events", """{"client":"bad"}""", "invalid_message" },
        { "empty events", """{"client":"bad","events":[]}""", "invalid_message" },
        { "events is an object", """{"client":"bad","events":{}}""", "invalid_message" },
        { "events is there twice", """{"client":"bad","events":[{"op":"delete","collection":"task","id":"1"}],"events":[]}""", "invalid_message" },
        { "session is a text", """{"client":"bad","session":"1","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "session is negative", """{"client":"bad","session":-1,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "session is a fraction", """{"client":"bad","session":1.5,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "session is 2^53", """{"client":"bad","session":9007199254740992,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "nonce is a number", """{"client":"bad","nonce":5,"events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
        { "nonce is empty", """{"client":"bad","nonce":"","events":[{"op":"delete","collection":"task","id":"1"}]}""", "invalid_message" },
    };

    /// <summary>What an event may be wrong in.</summary>
    public static TheoryData<string, string> BadEvents => new()
    {
        { "a number", "7" },
        { "null", "null" },
        { "an array", "[]" },
        { "no op", """{"collection":"task","id":"1"}""" },
        { "op is a number", """{"op":1,"collection":"task","id":"1"}""" },
        { "unknown op", """{"op":"upsert","collection":"task","id":"1","fields":{"a":1}}""" },
        { "op is there twice", """{"op":"delete","op":"delete","collection":"task","id":"1"}""" },
        { "no collection", """{"op":"delete","id":"1"}""" },
        { "collection begins with a digit", """{"op":"delete","collection":"1task","id":"1"}""" },
        { "collection is a number", """{"op":"delete","collection":1,"id":"1"}""" },
        { "no id", """{"op":"delete","collection":"task"}""" },
        { "id is empty", """{"op":"delete","collection":"task","id":""}""" },
        { "id is a number", """{"op":"delete","collection":"task","id":1}""" },
        { "id has a control character", """{"op":"delete","collection":"task","id":"a\u0007"}""" },
        { "id is too long", """{"op":"delete","collection":"task","id":"#"}""".Replace("#", new string('x', 129), StringComparison.Ordinal) },
        { "id holds half a character", """{"op":"delete","collection":"task","id":"\udc00"}""" },
        { "a delete with fields", """{"op":"delete","collection":"task","id":"1","fields":{"a":1}}""" },
        { "an insert without fields", """{"op":"insert","collection":"task","id":"1"}""" },
        { "an update of nothing", """{"op":"update","collection":"task","id":"1","fields":{}}""" },
        { "fields is an array", """{"op":"insert","collection":"task","id":"1","fields":[]}""" },
        { "a field's name has a space", """{"op":"insert","collection":"task","id":"1","fields":{"a b":1}}""" },
        { "a field is there twice", """{"op":"insert","collection":"task","id":"1","fields":{"a":1,"a":1}}""" },
        { "a key deep down is there twice", """{"op":"insert","collection":"task","id":"1","fields":{"a":{"b":[{"c":1,"c":2}]}}}""" },
        { "a text holds half a character", """{"op":"insert","collection":"task","id":"1","fields":{"a":"x\ud83dx"}}""" },
        { "a key holds half a character", """{"op":"insert","collection":"task","id":"1","fields":{"a":{"\ud83d":1}}}""" },
        { "an integer that no double holds", """{"op":"insert","collection":"task","id":"1","fields":{"a":9007199254740993}}""" },
        { "a decimal that no double holds", """{"op":"insert","collection":"task","id":"1","fields":{"a":0.10000000000000000001}}""" },
        { "a number beyond doubles", """{"op":"insert","collection":"task","id":"1","fields":{"a":1e400}}""" },
        { "an unknown delta", """{"op":"update","collection":"task","id":"1","fields":{"a":{"$max":1}}}""" },
        { "a fraction to increment by", """{"op":"update","collection":"task","id":"1","fields":{"a":{"$inc":1.5}}}""" },
        { "2^53 to increment by", """{"op":"update","collection":"task","id":"1","fields":{"a":{"$inc":9007199254740992}}}""" },
        { "an object as an element", """{"op":"update","collection":"task","id":"1","fields":{"a":{"$add":[{}]}}}""" },
        { "an element added and removed", """{"op":"update","collection":"task","id":"1","fields":{"a":{"$add":[1],"$remove":[1.0]}}}""" },
        { "blind is a text", """{"op":"delete","collection":"task","id":"1","blind":"yes"}""" },
        { "precedingSeq is negative", """{"precedingSeq":-1,"op":"delete","collection":"task","id":"1"}""" },
        { "precedingSeq is a fraction", """{"precedingSeq":0.5,"op":"delete","collection":"task","id":"1"}""" },
        { "precedingSeq is 2^53", """{"precedingSeq":9007199254740992,"op":"delete","collection":"task","id":"1"}""" },
        { "precedingSeq is 2^63", """{"precedingSeq":9223372036854775808,"op":"delete","collection":"task","id":"1"}""" },
        { "precedingSeq is a text", """{"precedingSeq":"0","op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is 0", """{"clientSeq":0,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is negative", """{"clientSeq":-5,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is a fraction", """{"clientSeq":1.5,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is 2^53", """{"clientSeq":9007199254740992,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is 2^63", """{"clientSeq":9223372036854775808,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is beyond doubles", """{"clientSeq":1e999,"op":"delete","collection":"task","id":"1"}""" },
        { "clientSeq is there twice", """{"clientSeq":1,"clientSeq":1,"op":"delete","collection":"task","id":"1"}""" },
    };

    [Theory]
    [MemberData(nameof(BadMessages))]
    public async Task A_publish_that_is_wrong_as_a_whole_is_refused_and_leaves_no_trace(string what, string body, string code)
    {
        Assert.NotEmpty(what);
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, body), HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [MemberData(nameof(BadEvents))]
    public async Task A_bad_event_rejects_its_batch_and_nothing_else(string what, string bad)
    {
        Assert.NotEmpty(what);
        var body = Batch(Insert(9), bad);
        var detail = await AssertRefusedAsync(() => _server.PublishAsync(_stream, body), HttpStatusCode.BadRequest, "invalid_event");
        Assert.Contains("events[1]", detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadEvents))]
    public async Task A_bad_line_of_an_import_is_named_and_nothing_behind_it_is_stored(string what, string bad)
    {
        Assert.NotEmpty(what);
        var withClient = bad.StartsWith('{') ? bad.Insert(1, "\"client\":\"bad\",") : bad;
        var good = """{"client":"bad","op":"insert","collection":"task","id":"9","fields":{}}""";
        var answer = await _server.ImportAsync(_stream, good, withClient, good.Replace("bad", "other", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1, answer.Lines[0].GetProperty("seq").GetInt64());
        var error = answer.Lines[1].GetProperty("error");
        Assert.Equal("invalid_event", error.GetProperty("code").GetString());
        Assert.Equal(2, error.GetProperty("line").GetInt32());
        Assert.Equal(2, answer.Lines.Length);
        Assert.Equal(1, await _server.HeadAsync(_stream));
    }

    [Fact]
    public async Task Invalid_UTF8_is_refused_wherever_it_stands()
    {
        foreach (var text in new[] { """{"client":"b?d","events":[]}""", """{"client":"bad","events":[{"op":"insert","collection":"task","id":"1","fields":{"a":"?"}}]}""", """{"client":"bad","events":[{"op":"insert","collection":"task","id":"?","fields":{}}]}""" })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
            var answer = await _server.PublishAsync(_stream, bytes);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.StartsWith("invalid_", answer.Json.GetProperty("code").GetString(), StringComparison.Ordinal);
        }
        (await _server.GetAsync($"/v1/streams/{_stream}")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        var deep = new string('[', 100) + new string(']', 100);
        await AssertRefusedAsync(
            () => _server.PublishAsync(_stream, Batch($$$"""{"op":"insert","collection":"task","id":"1","fields":{"a":{{{deep}}}}}""")),
            HttpStatusCode.BadRequest, "invalid_message");

        var open = Encoding.UTF8.GetBytes("""{"client":"bad","x":""" + new string('[', 500_000));
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, open), HttpStatusCode.BadRequest, "invalid_message");
    }

    [Fact]
    public async Task An_event_a_batch_and_a_body_have_limits()
    {
        var large = new string('x', 70_000);
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, Batch(Insert(1, large))), HttpStatusCode.RequestEntityTooLarge, "too_large");
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, Batch([.. Enumerable.Range(1, 1001).Select(i => Insert(i))])), HttpStatusCode.RequestEntityTooLarge, "too_large");
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, Batch([.. Enumerable.Range(1, 22).Select(i => Insert(i, large[..50_000]))])), HttpStatusCode.RequestEntityTooLarge, "too_large");
        await AssertRefusedAsync(() => _server.PublishAsync(_stream, new byte[3_000_000]), HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/streams/{_stream}/events") { Content = new StreamContent(new EndlessSpaces(50_000_000)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TransferEncodingChunked = true;
        try
        {
            using var response = await _server.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server may close while this client still sends; all the more it took no more of it.
        }
        Assert.Equal(1, await _server.AddAsync(_stream, "good"));
    }

    [Fact]
    public async Task Numbers_that_do_not_follow_are_conflicts()
    {
        await _server.PublishAsync(_stream, """{"client":"bad","events":[{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"a":1}}]}""");
        await _server.AddAsync(_stream, "good");
        await _server.PublishAsync(_stream, """{"client":"bad","events":[{"clientSeq":2,"precedingSeq":2,"op":"delete","collection":"task","id":"1"}]}""");

        await RefusesAsync("client_seq_gap", """{"clientSeq":4,"precedingSeq":3,"op":"delete","collection":"task","id":"1"}""");
        await RefusesAsync("client_seq_conflict", """{"clientSeq":1,"precedingSeq":0,"op":"insert","collection":"task","id":"1","fields":{"a":2}}""");
        await RefusesAsync("client_seq_conflict", """{"clientSeq":2,"precedingSeq":1,"op":"delete","collection":"task","id":"1"}""");
        await RefusesAsync("future_preceding_seq", """{"clientSeq":3,"precedingSeq":4,"op":"delete","collection":"task","id":"1"}""");
        await RefusesAsync("preceding_seq_regressed", """{"clientSeq":3,"precedingSeq":1,"op":"delete","collection":"task","id":"1"}""");
        Assert.Equal(3, await _server.HeadAsync(_stream));
        Assert.Equal(4, await _server.AddAsync(_stream, "good"));

        async Task RefusesAsync(string code, string stored) =>
            (await _server.PublishAsync(_stream, $$"""{"client":"bad","events":[{{stored}}]}""")).AssertProblem(HttpStatusCode.Conflict, code);
    }

    [Fact]
    public async Task A_session_that_was_taken_over_is_answered_before_what_else_is_wrong()
    {
        await _server.PublishAsync(_stream, """{"client":"bad","session":2,"events":[{"op":"delete","collection":"task","id":"1"}]}""");

        var answer = await _server.PublishAsync(_stream, """{"client":"bad","session":1,"events":[{"op":"upsert"}]}""");
        answer.AssertProblem(HttpStatusCode.Conflict, "stale_session");
        (await _server.PublishAsync(_stream, """{"client":"bad","session":1,"events":[]}""")).AssertProblem(HttpStatusCode.Conflict, "stale_session");
    }

    [Fact]
    public async Task A_name_that_is_none_is_answered_before_anything_else()
    {
        foreach (var name in new[] { "a%20b", "a%0Ab", "ü", new string('x', 201), "a+b" })
        {
            (await _server.PublishAsync(name, "no JSON")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
            (await _server.ImportAsync(name, "no JSON")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
            (await _server.PutAsync($"/v1/streams/{name}", "no JSON")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
            (await _server.GetAsync($"/v1/streams/{name}/events?after=x")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
            (await _server.GetAsync($"/v1/streams/{name}/state")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
            (await _server.DeleteAsync($"/v1/streams/{name}")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
        }
    }

    /// <summary>The stream has one event of a good client before, and the same one after, and the good client goes on.</summary>
    private async Task<string> AssertRefusedAsync(Func<Task<RunningServer.Answer>> send, HttpStatusCode status, string code)
    {
        await _server.AddAsync(_stream, "good");
        var before = await _server.GetAsync($"/v1/streams/{_stream}/events");

        var detail = (await send()).AssertProblem(status, code);

        Assert.Equal(before.Body, (await _server.GetAsync($"/v1/streams/{_stream}/events")).Body);
        Assert.Equal(before.EventSeqs.Length + 1, await _server.AddAsync(_stream, "good", "2"));
        return detail;
    }

    private static string Insert(int id, string text = "") => $$$"""{"op":"insert","collection":"task","id":"{{{id}}}","fields":{"text":"{{{text}}}"}}""";

    private static string Batch(params string[] events) => $$"""{"client":"bad","events":[{{string.Join(',', events)}}]}""";

    private sealed class EndlessSpaces(long length) : MemoryStream
    {
        private long _left = length;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var count = (int)Math.Min(_left, buffer.Length);
            buffer.Span[..count].Fill((byte)' ');
            _left -= count;
            return count;
        }
    }
}

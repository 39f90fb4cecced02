using System.Net;
using System.Text;
using Runnel.Protocol;
using Runnel.Records;

namespace Runnel.AspNetCore.Tests.State;

public sealed class StateTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly RunningServer _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task The_state_at_every_seq_is_what_the_rules_make_of_the_events_up_to_it()
    {
        await _server.PutAsync($"/v1/streams/{_stream}", """{"collections":{"task":{"fields":{"title":"keepAll"}}}}""");
        await _server.ImportAsync(
            _stream,
            """{"client":"a","op":"insert","collection":"task","id":"1","fields":{"title":"milk","n":1}}""",
            """{"client":"b","precedingSeq":1,"op":"update","collection":"task","id":"1","fields":{"title":"bread"}}""",
            """{"client":"a","precedingSeq":1,"op":"update","collection":"task","id":"1","fields":{"title":"beer","n":{"$inc":4}}}""",
            """{"client":"b","op":"insert","collection":"note","id":"é","fields":{"tags":{"$add":["b","a"]}}}""",
            """{"client":"a","op":"delete","collection":"task","id":"1"}""");

        // Forwards, backwards and by jumps: whatever is kept in memory must not show.
        foreach (var at in new[] { 0, 1, 2, 3, 4, 5, 3, 5, 1, 4 })
        {
            var state = await StateAsync($"at={at}");
            var expected = await ReplayAsync(at);
            Assert.Equal(at, state.Json.GetProperty("seq").GetInt64());
            Assert.Equal(expected.Hash(), state.Json.GetProperty("hash").GetString());
            Assert.Equal(expected.MergeHash(), state.Json.GetProperty("mergeHash").GetString());
            Assert.Equal(Records(expected), CanonicalJson.Parse(state.Json.GetProperty("records").GetRawText()));
        }
        Assert.Equal("""["beer","bread"]""", (await StateAsync("at=3")).Json.GetProperty("records")[0].GetProperty("fields").GetProperty("title").GetProperty("$siblings").GetRawText());
    }

    [Fact]
    public async Task Without_at_it_is_the_state_of_now_also_after_more_events()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _server.AddAsync(_stream, "c", $"{i}");
            var state = await StateAsync("");
            Assert.Equal(i, state.Json.GetProperty("seq").GetInt64());
            Assert.Equal(i, state.Json.GetProperty("records").GetArrayLength());
        }
    }

    [Fact]
    public async Task Rules_that_were_added_count_for_the_state_that_was_kept()
    {
        await _server.AddAsync(_stream, "c", fields: """{"title":"milk"}""");
        await StateAsync("");
        await _server.PutAsync($"/v1/streams/{_stream}", """{"collections":{"task":{"fields":{"tags":"keepAll"}}}}""");
        foreach (var client in new[] { "x", "y" })
        {
            await _server.PublishAsync(_stream, $$$"""{"client":"{{{client}}}","events":[{"precedingSeq":1,"op":"update","collection":"task","id":"1","fields":{"tags":"{{{client}}}"}}]}""");
        }
        Assert.Equal("""["x","y"]""", (await StateAsync("")).Json.GetProperty("records")[0].GetProperty("fields").GetProperty("tags").GetProperty("$siblings").GetRawText());
    }

    [Fact]
    public async Task A_collection_alone_comes_with_the_hashes_of_the_whole()
    {
        await _server.AddAsync(_stream, "c");
        await _server.PublishAsync(_stream, """{"client":"c","events":[{"op":"insert","collection":"note","id":"1","fields":{}}]}""");
        var (all, notes) = (await StateAsync(""), await StateAsync("collection=note"));

        Assert.Equal(2, all.Json.GetProperty("records").GetArrayLength());
        Assert.Equal("note", Assert.Single(notes.Json.GetProperty("records").EnumerateArray()).GetProperty("collection").GetString());
        Assert.Equal(all.Json.GetProperty("hash").GetString(), notes.Json.GetProperty("hash").GetString());
        Assert.Equal(all.Json.GetProperty("mergeHash").GetString(), notes.Json.GetProperty("mergeHash").GetString());
        Assert.Empty((await StateAsync("collection=other")).Json.GetProperty("records").EnumerateArray());
        (await StateAsync("collection=no%20name")).AssertProblem(HttpStatusCode.BadRequest, "invalid_name");
    }

    [Fact]
    public async Task A_state_that_is_not_there_is_refused()
    {
        (await StateAsync("")).AssertProblem(HttpStatusCode.NotFound, "unknown_stream");
        await _server.AddAsync(_stream, "c");
        (await StateAsync("at=2")).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
        (await StateAsync("at=-1")).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
        (await StateAsync("at=x")).AssertProblem(HttpStatusCode.BadRequest, "invalid_message");
        (await _server.GetAsync($"/v1/streams/{_stream}/snapshot")).AssertProblem(HttpStatusCode.NotImplemented, "not_supported");
    }

    [Fact]
    public async Task More_streams_than_are_kept_are_answered_all_the_same()
    {
        await using var server = await RunningServer.StartAsync(options => (options.MaxMaterializedStreams, options.MaxConcurrentReplays) = (2, 1));
        for (var round = 1; round <= 3; round++)
        {
            foreach (var stream in new[] { "a", "b", "c", "d" }) await server.AddAsync(stream, "x", $"{round}");
            var states = await Task.WhenAll(new[] { "a", "b", "c", "d", "a", "b" }.Select(stream => server.GetAsync($"/v1/streams/{stream}/state")));
            Assert.All(states, state => Assert.Equal(round, state.Json.GetProperty("records").GetArrayLength()));
        }
    }

    private Task<RunningServer.Answer> StateAsync(string query) => _server.GetAsync($"/v1/streams/{_stream}/state?{query}");

    private async Task<RecordSet> ReplayAsync(int at)
    {
        var settings = StreamSettings.Parse(CanonicalJson.Parse((await _server.GetAsync($"/v1/streams/{_stream}")).Json.GetProperty("settings").GetRawText()));
        var records = new RecordSet(settings);
        foreach (var line in (await _server.GetAsync($"/v1/streams/{_stream}/events")).Json.GetProperty("events").EnumerateArray().Take(at))
        {
            records.Apply(EventCodec.ParseStored(Encoding.UTF8.GetBytes(line.GetRawText())));
        }
        return records;
    }

    private static CanonicalJson Records(RecordSet records) => CanonicalJson.FromArray(records.Visible().Select(record => CanonicalJson.FromObject(
    [
        new("collection", CanonicalJson.FromString(record.Key.Collection.Value)),
        new("id", CanonicalJson.FromString(record.Key.Id.Value)),
        new("fields", record.Fields),
    ])));
}

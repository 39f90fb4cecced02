using System.Text.Json;

namespace Runnel.Cli.Tests;

public sealed class CommandTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Milk = """{"op":"insert","collection":"task","id":"1","fields":{"title":"milk"}}""";

    private readonly ServerProcess _server = shared.Server;
    private readonly string _stream = shared.NewStream();

    [Fact]
    public async Task An_event_given_by_hand_is_appended()
    {
        Assert.Equal($"{_stream}: 1 appended, the last as seq 1", await DoneAsync("append", _stream, Milk));
        Assert.Equal("""{"stream":"#","lines":1,"appended":1,"alreadyThere":0,"lastSeq":2}""".Replace("#", _stream, StringComparison.Ordinal),
            await DoneAsync("append", _stream, "{\n\"op\":\"update\",\n\"collection\":\"task\",\"id\":\"1\",\"fields\":{\"done\":true}}", "--client", "me", "--json"));

        var events = Lines(await DoneAsync("tail", _stream, "--json"));
        Assert.Equal(["cli", "me"], events.Select(stored => stored.GetProperty("client").GetString()));
        Assert.Equal("""{"done":true,"title":"milk"}""", State(await DoneAsync("state", _stream, "--json"))[0].GetProperty("fields").GetRawText());
    }

    [Fact]
    public async Task A_file_is_appended_in_its_order_and_found_again()
    {
        using var folder = new TemporaryDirectory();
        var file = folder.Write("f.ndjson", "\uFEFF" + string.Join("\r\n", Enumerable.Range(1, 2_500).Select(i => i % 100 == 0 ? "" : Task(i))) + "\n\n");

        Assert.Equal($"{_stream}: 2475 appended, the last as seq 2475", await DoneAsync("append", _stream, "--file", file));
        Assert.Equal($"{_stream}: all 2475 were there, the last as seq 2475", await DoneAsync("append", _stream, "--file", file));
        Assert.Equal($"{_stream}: all 2475 were there, the last as seq 2475", await InputAsync(await File.ReadAllTextAsync(file), "append", _stream, "-"));

        var events = Lines(await DoneAsync("tail", _stream, "--json"));
        Assert.Equal(Enumerable.Range(1, 2_500).Where(i => i % 100 != 0).Select(i => $"{i}"), events.Select(stored => stored.GetProperty("id").GetString()));
        Assert.Equal(Enumerable.Range(1, 2_475).Select(i => (long)i), events.Select(stored => stored.GetProperty("clientSeq").GetInt64()));
    }

    [Fact]
    public async Task Lines_keep_the_authors_they_name_and_get_the_numbers_they_lack()
    {
        const string Text = """
            {"client":"a","clientSeq":1,"op":"insert","collection":"task","id":"1","fields":{}}
            {"client":"b","op":"insert","collection":"task","id":"2","fields":{}}
            {"op":"insert","collection":"task","id":"3","fields":{}}
            {"client":"a","op":"insert","collection":"task","id":"4","fields":{}}
            {"client":"b","op":"insert","collection":"task","id":"5","fields":{}}
            """;
        await InputAsync(Text, "append", _stream, "-");
        Assert.Equal($"{_stream}: all 5 were there, the last as seq 5", await InputAsync(Text, "append", _stream, "-"));

        var events = Lines(await DoneAsync("tail", _stream, "--json"));
        Assert.Equal([("a", 1), ("b", 1), ("file", 1), ("a", 2), ("b", 2)],
            events.Select(stored => (stored.GetProperty("client").GetString()!.Split('-')[0], stored.GetProperty("clientSeq").GetInt32())));
    }

    [Fact]
    public async Task Two_files_are_two_authors_and_so_is_one_file_in_two_streams()
    {
        var other = shared.NewStream();
        await InputAsync(Task(1), "append", _stream, "-");
        await InputAsync(Task(1) + "\n" + Task(2), "append", _stream, "-");
        await InputAsync(Task(1), "append", other, "-");

        var clients = Lines(await DoneAsync("tail", _stream, "--json")).Concat(Lines(await DoneAsync("tail", other, "--json"))).Select(stored => stored.GetProperty("client").GetString()).ToList();
        Assert.Equal(4, clients.Count);
        Assert.Equal(3, clients.Distinct().Count());
    }

    [Fact]
    public async Task With_a_client_lines_are_appended_as_they_come()
    {
        using var process = Cli.Start(_server.Url, "append", _stream, "-", "--client", "pipe");
        for (var i = 1; i <= 3; i++)
        {
            await process.StandardInput.WriteLineAsync(Task(i));
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            await WaitUntilAsync(async () => (await _server.RunAsync("tail", _stream, "--json")) is { ExitCode: 0 } tail && Lines(tail.Output).Length == i);
        }
        Assert.Equal($"{_stream}: 3 appended, the last as seq 3", (await Cli.FinishAsync(process)).AssertDone());
    }

    [Fact]
    public async Task A_line_that_is_refused_is_named_by_its_number_and_what_came_before_stays()
    {
        var result = await _server.RunWithInputAsync($"{Task(1)}\n\n{Task(2)}\n{{\"op\":\"dance\"}}\n{Task(3)}", "append", _stream, "-");
        var line = result.AssertFailed(1);
        Assert.StartsWith("runnel: Line 4: ", line, StringComparison.Ordinal);
        Assert.EndsWith("(invalid_event)", line, StringComparison.Ordinal);
        Assert.Equal(2, Lines(await DoneAsync("tail", _stream, "--json")).Length);

        var json = await _server.RunWithInputAsync("no JSON", "append", _stream, "-", "--json");
        Assert.Equal("invalid_message", JsonDocument.Parse(json.AssertFailed(1)).RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_tail_begins_where_it_is_told_to_and_follows()
    {
        await InputAsync(string.Join('\n', Enumerable.Range(1, 5).Select(Task)), "append", _stream, "-");
        Assert.Equal([4, 5], Lines(await DoneAsync("tail", _stream, "--after", "3", "--json")).Select(stored => stored.GetProperty("seq").GetInt32()));
        Assert.Contains("insert  task/5", await DoneAsync("tail", _stream, "--after", "4"), StringComparison.Ordinal);

        using var tail = Cli.Start(_server.Url, "tail", _stream, "--after", "4", "--follow", "--json");
        Assert.Contains("\"seq\":5,", await tail.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await DoneAsync("append", _stream, Milk);
        Assert.Contains("\"seq\":6,", await tail.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        tail.Kill();
        await tail.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_state_is_shown_as_of_any_seq_and_of_one_collection()
    {
        await InputAsync($"{Task(1)}\n{Task(2)}\n" + """{"op":"insert","collection":"note","id":"1","fields":{"text":"a"}}""", "append", _stream, "-");
        Assert.Equal(3, State(await DoneAsync("state", _stream, "--json")).Length);
        Assert.Single(State(await DoneAsync("state", _stream, "--json", "--at", "1")));
        Assert.Single(State(await DoneAsync("state", _stream, "--json", "--collection", "note")));
        Assert.Contains("""note/1  {"text":"a"}""", await DoneAsync("state", _stream), StringComparison.Ordinal);
        Assert.Contains("invalid_message", (await _server.RunAsync("state", _stream, "--at", "4")).AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_are_created_listed_and_deleted()
    {
        Assert.Contains("head 0", await DoneAsync("create", _stream, "--settings", """{"order":"total"}"""), StringComparison.Ordinal);
        await DoneAsync("create", _stream, "--settings", """{"order":"total"}""");
        Assert.EndsWith("(settings_conflict)", (await _server.RunAsync("create", _stream)).AssertFailed(1), StringComparison.Ordinal);
        Assert.EndsWith("(invalid_message)", (await _server.RunAsync("create", _stream, "--settings", "{")).AssertFailed(1), StringComparison.Ordinal);

        Assert.StartsWith($"{_stream}\t0\t", await DoneAsync("streams", "--prefix", _stream), StringComparison.Ordinal);
        var listed = JsonDocument.Parse(await DoneAsync("streams", "--json")).RootElement.GetProperty("streams").EnumerateArray();
        Assert.Contains(_stream, listed.Select(stream => stream.GetProperty("name").GetString()));

        Assert.Equal($"{_stream} is gone", await DoneAsync("delete", _stream, "--yes"));
        Assert.EndsWith("(unknown_stream)", (await _server.RunAsync("delete", _stream, "--yes")).AssertFailed(1), StringComparison.Ordinal);
        Assert.EndsWith("(unknown_stream)", (await _server.RunAsync("tail", _stream)).AssertFailed(1), StringComparison.Ordinal);
        Assert.EndsWith("(unknown_stream)", (await _server.RunAsync("state", _stream)).AssertFailed(1), StringComparison.Ordinal);
        Assert.EndsWith("(unknown_stream)", (await _server.RunAsync("export", _stream)).AssertFailed(1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_is_imported_as_it_was()
    {
        using var folder = new TemporaryDirectory();
        var (file, copy) = (Path.Combine(folder.Path, "stream.ndjson"), shared.NewStream());
        await DoneAsync("create", _stream, "--settings", """{"order":"total","collections":{"task":{"fields":{"title":"keepAll"}}}}""");
        await InputAsync(string.Join('\n', Enumerable.Range(1, 1_500).Select(i => $$$"""{"client":"c{{{i % 7}}}","precedingSeq":{{{i / 2}}},"op":"insert","collection":"task","id":"{{{i % 40}}}","fields":{"title":"ü {{{i}}}"}}""")), "append", _stream, "-");

        Assert.Contains("1500 events", await DoneAsync("export", _stream, "--file", file), StringComparison.Ordinal);
        Assert.Equal((await File.ReadAllTextAsync(file)).TrimEnd('\n'), await DoneAsync("export", _stream));
        Assert.Equal($"{copy}: 1500 appended, the last as seq 1500", await DoneAsync("import", copy, "--file", file));
        Assert.Equal($"{copy}: all 1500 were there, the last as seq 1500", await InputAsync(await File.ReadAllTextAsync(file), "import", copy, "-"));

        Assert.Equal(await DoneAsync("state", _stream, "--json"), await DoneAsync("state", copy, "--json"));
        Assert.Equal(Contents(await DoneAsync("tail", _stream, "--json")), Contents(await DoneAsync("tail", copy, "--json")));

        await DoneAsync("append", _stream, Milk);
        var taken = shared.NewStream();
        await DoneAsync("create", taken, "--settings", """{"order":"total","collections":{"task":{"fields":{"title":"keepAll"}}}}""");
        await DoneAsync("append", taken, Milk, "--client", "first");
        Assert.Contains("other events before", (await _server.RunAsync("import", taken, "--file", file)).AssertFailed(1), StringComparison.Ordinal);
        Assert.StartsWith("runnel: The first line is not that of an export", (await _server.RunWithInputAsync(Milk, "import", copy, "-")).AssertFailed(2), StringComparison.Ordinal);

        static IEnumerable<string> Contents(string lines) => lines.Split('\n').Select(line => string.Concat(line.Split("\"at\":")[0], line.Split("\"clientSeq\"")[1]));
    }

    [Fact]
    public async Task Where_no_server_answers_that_is_said_and_is_exit_code_3()
    {
        foreach (var arguments in new[] { new[] { "streams" }, ["state", "s"], ["tail", "s"], ["append", "s", Milk], ["create", "s"] })
        {
            Assert.Contains("No server answers at http://127.0.0.1:9", (await Cli.RunAsync("http://127.0.0.1:9", arguments)).AssertFailed(3), StringComparison.Ordinal);
        }
        using var folder = new TemporaryDirectory();
        (await Cli.RunAsync("http://127.0.0.1:9", "append", "s", "--file", folder.Write("f", Milk), "--retry", "300ms")).AssertFailed(3);
    }

    private static string Task(int id) => $$$"""{"op":"insert","collection":"task","id":"{{{id}}}","fields":{"title":"number {{{id}}}"}}""";

    private async Task<string> DoneAsync(params string[] arguments) => (await _server.RunAsync(arguments)).AssertDone();

    private async Task<string> InputAsync(string input, params string[] arguments) => (await _server.RunWithInputAsync(input, arguments)).AssertDone();

    private static JsonElement[] Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static JsonElement[] State(string output) => [.. JsonDocument.Parse(output).RootElement.GetProperty("records").EnumerateArray()];

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition()) await System.Threading.Tasks.Task.Delay(20, patience.Token);
    }
}

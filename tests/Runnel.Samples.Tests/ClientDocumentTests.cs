using System.Text.RegularExpressions;
using Runnel.Client;
using Runnel.Client.Sqlite;
using Runnel.Tests;

namespace Runnel.Samples.Tests;

public partial class ClientDocumentTests
{
    [Fact]
    public void The_hello_world_is_one_that_compiles()
    {
        var blocks = BlocksOf("docs", "client.md");
        var source = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Runnel.Samples.Tests", "HelloWorld.cs"));
        var body = source[(source.IndexOf("RunAsync", StringComparison.Ordinal)..)];
        body = body[(body.IndexOf('{', StringComparison.Ordinal) + 1)..body.IndexOf("\n    }", StringComparison.Ordinal)];

        Assert.Equal(Lines(body), Lines(blocks[1]));
        Assert.Contains("public partial class TodoTask", blocks[0], StringComparison.Ordinal);
        Assert.Subset(Lines(body).ToHashSet(), Lines(BlocksOf("README.md").Single(block => block.Contains("RunnelClient.OpenAsync", StringComparison.Ordinal))).Skip(1).ToHashSet());
    }

    [Fact]
    public async Task The_hello_world_runs_and_reaches_other_devices()
    {
        await using var server = await TodoServer.StartAsync();

        await HelloWorld.RunAsync(server.Url, server.FileOf("hello"));

        await using (var sender = await RunnelClient.OpenAsync(server.Url, SqliteReplica.At(server.FileOf("hello")))) await UntilAsync(() => sender.Status is { Connection: ConnectionState.Online, Pending: 0 });
        await using var other = await RunnelClient.OpenAsync(server.Url, SqliteReplica.At(server.FileOf("other")));
        var tasks = other.Stream("todo:home").Collection<TodoTask>();
        await UntilAsync(() => tasks.Count == 1);
        Assert.Equal(("Milk", true), (tasks.Single().Title, tasks.Single().Completed));
    }

    private static List<string> BlocksOf(params string[] document) =>
        [.. Block().Matches(File.ReadAllText(Path.Combine([Repository.Root, .. document]))).Select(match => match.Groups[1].Value)];

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isSo()) await Task.Delay(10, patience.Token);
    }

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

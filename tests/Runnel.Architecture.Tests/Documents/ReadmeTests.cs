using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Runnel.Architecture.Tests.Documents;

public class ReadmeTests
{
    private const string ServerInReadme = "http://127.0.0.1:8080";

    private static readonly Document Readme = new("README.md");

    [Fact]
    public void The_server_in_five_lines_is_one_that_compiles()
    {
        var lines = Lines(Readme.Blocks("csharp").Single(block => block.Contains("WebApplication", StringComparison.Ordinal)));

        Assert.Equal(5, lines.Length);
        Assert.Equal(lines, Lines(new SourceFile(SourceOf(nameof(FiveLineServer))).Text.Split('{')[^1].Split('}')[0]));
    }

    [Fact]
    public async Task The_lines_of_curl_do_what_they_say()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/curl"), "There is no curl.");
        var folder = Directory.CreateTempSubdirectory("runnel-readme-");
        try
        {
            await using var app = Build(folder.FullName);
            await app.StartAsync(TestContext.Current.CancellationToken);

            var answers = await PlayAsync(Readme.Blocks("sh").Single(block => block.Contains("curl ", StringComparison.Ordinal)), app.Urls.Single());

            Assert.Equal([1], Numbers(answers[0], "seqs"));
            Assert.Equal([2], Numbers(answers[1], "seqs"));
            Assert.Equal([1, 2], Seqs(answers[2]));
            Assert.Equal([2], Seqs(answers[3]));
            Assert.Equal(2, answers[4].Trim().Split('\n').Length);
            Assert.Contains("""{"collection":"task","id":"milk","fields":{"done":true,"title":"Buy milk"}}""", answers[5], StringComparison.Ordinal);
            Assert.Contains("""{"collection":"task","id":"milk","fields":{"title":"Buy milk"}}""", answers[6], StringComparison.Ordinal);
            Assert.Contains("todo:home", answers[7], StringComparison.Ordinal);
            Assert.Equal(8, answers.Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static WebApplication Build(string data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRunnel().UseSqlite(data);
        var app = builder.Build();
        app.MapRunnel();
        return app;
    }

    /// <summary>Runs the block in a shell; what each line with curl printed.</summary>
    private static async Task<string[]> PlayAsync(string block, string url)
    {
        const string separator = "--- next ---";
        var script = block.Replace(ServerInReadme, url, StringComparison.Ordinal)
            .Replace("\ncurl ", $"\necho; echo '{separator}'; curl --fail --silent --show-error --max-time 60 ", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(shell.ExitCode == 0, $"{await error}\n{output}");
        return output.Split(separator)[1..];
    }

    private static IEnumerable<long> Numbers(string answer, string member)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty(member).EnumerateArray().Select(number => number.GetInt64())];
    }

    private static IEnumerable<long> Seqs(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("events").EnumerateArray().Select(stored => stored.GetProperty("seq").GetInt64())];
    }

    private static string SourceOf(string type) => SourceFile.In("tests").Single(file => Path.GetFileNameWithoutExtension(file.Path) == type).Path;

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
}

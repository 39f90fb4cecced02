using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.AspNetCore.Tests;

/// <summary>Plays what PROTOCOL.md shows, so that it stays true.</summary>
public sealed partial class ProtocolDocumentTests
{
    [Fact]
    public async Task Every_example_of_the_protocol_is_answered_as_it_says()
    {
        await using var server = await RunningServer.StartAsync();
        var blocks = Examples().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "PROTOCOL.md"), TestContext.Current.CancellationToken)).Select(match => match.Groups[1].Value).ToList();
        Assert.True(blocks.Count >= 10 && blocks.Count % 2 == 0, $"{blocks.Count} examples");
        for (var i = 0; i < blocks.Count; i += 2) await PlayAsync(server, blocks[i], blocks[i + 1]);
    }

    private static async Task PlayAsync(RunningServer server, string request, string expected)
    {
        var (head, body) = Split(request, "\n\n");
        var lines = head.Split('\n');
        var type = lines.FirstOrDefault(line => line.StartsWith("Content-Type: ", StringComparison.Ordinal))?["Content-Type: ".Length..];
        var first = lines[0].Split(' ');
        var answer = await server.SendAsync(new HttpMethod(first[0]), first[1], type is null ? null : Encoding.UTF8.GetBytes(body), type);

        var (status, text) = Split(expected, "\n");
        Assert.Equal((HttpStatusCode)int.Parse(status, CultureInfo.InvariantCulture), answer.Status);
        var pattern = Regex.Escape(text.Trim()).Replace("…", "[^\"]*(\\\\\"[^\"]*)*", StringComparison.Ordinal);
        Assert.True(Regex.IsMatch(answer.Body.Trim(), $"^{pattern}$"), $"{lines[0]}\nis answered\n{answer.Body}\nand not\n{text}");
    }

    private static (string Before, string After) Split(string text, string at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text.Trim(), "") : (text[..index], text[(index + at.Length)..]);
    }

    [GeneratedRegex("```http\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}

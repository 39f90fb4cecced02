using System.Text.Json;
using System.Text.RegularExpressions;
using Runnel.Protocol;
using Runnel.Testing.Conformance;
using Runnel.Tests;

namespace Runnel.Conformance.Tests.Document;

/// <summary>What PROTOCOL.md shows is what the cases send and expect, and so what our server does.</summary>
public class DocumentTests
{
    private static readonly Dictionary<string, ConformanceCase> Cases = ConformanceSuite.Load().ToDictionary(one => one.Name);

    public static TheoryData<int, string> Examples => new(Example.All.Select((example, i) => new TheoryDataRow<int, string>(i, example.Case)));

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_a_part_of_its_case(int index, string name)
    {
        var example = Example.All[index];
        Assert.True(Cases.ContainsKey(name), $"Example {index} says no case, or one that is not there: \"{name}\".");

        if (example.Kind == "text") AssertSaid(example, [.. CaseLine.Of(Cases[name])]);
        else AssertShown(example, Cases[name]);
    }

    [Fact]
    public void Every_message_and_every_path_has_an_example()
    {
        var shown = string.Join('\n', Example.All.Select(example => example.Body));

        Assert.All(
            ["hello", "welcome", "subscribe", "subscribed", "events", "unsubscribe", "publish", "published", "fetch", "fetched", "signal", "error"],
            type => Assert.Contains($"\"type\":\"{type}\"", shown, StringComparison.Ordinal));
        Assert.All(
            ["PUT /v1/streams/", "GET /v1/streams/", "GET /v1/streams?", "POST /v1/streams/", "/events?after=", "/events?ranges=", "/state"],
            path => Assert.Contains(path, shown, StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_of_errors_is_that_of_the_code()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "PROTOCOL.md"));
        var rows = Regex.Matches(document, @"^\| `(?<code>\w+)` \| (?<status>\d+) \| (?<retryable>yes)? ?\|", RegexOptions.Multiline)
            .Select(row => $"{row.Groups["code"].Value} {row.Groups["status"].Value} {row.Groups["retryable"].Success}");
        var codes = typeof(ErrorCode).GetProperties().Where(property => property.PropertyType == typeof(ErrorCode))
            .Select(property => (ErrorCode)property.GetValue(null)!).Select(code => $"{code.Name} {code.HttpStatus} {code.IsRetryable}");

        Assert.Equal(codes.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_links_lead_somewhere()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "PROTOCOL.md"));
        var anchors = Regex.Matches(document, "^## (.+)$", RegexOptions.Multiline).Select(heading => "#" + Regex.Replace(heading.Groups[1].Value.ToLowerInvariant(), "[^a-z0-9 ]", "").Replace(' ', '-')).ToHashSet();

        Assert.All(Regex.Matches(document, @"\]\((?<target>[^)]+)\)").Select(link => link.Groups["target"].Value), target =>
            Assert.True(target.StartsWith('#') ? anchors.Contains(target) : File.Exists(Path.Combine(Repository.Root, target)), $"{target} leads nowhere"));
    }

    private static void AssertSaid(Example example, List<CaseLine> lines)
    {
        var instance = new Instance();
        var next = 0;
        foreach (var (who, direction, text) in example.Lines)
        {
            var found = lines.FindIndex(next, line => line.Direction == direction && (who.Length == 0 || who == line.Who) && IsLike(instance, line, text));
            Assert.True(found >= 0, $"The case {example.Case} does not have, here or later: {who}{direction} {text}");
            next = found + 1;
        }
    }

    private static bool IsLike(Instance instance, CaseLine line, string text)
    {
        if (line.Json is { } template) return text[0] is '{' or '[' && instance.Matches(template, JsonElement.Parse(text));
        return text[0] is not ('{' or '[') && instance.MatchesText(line.Text!, text);
    }

    private static void AssertShown(Example example, ConformanceCase played)
    {
        var shown = JsonElement.Parse(example.Body);
        Assert.True(played.Steps.SelectMany(Parts).Any(part => new Instance().Matches(part, shown)), $"The case {example.Case} neither sends nor expects {example.Body}");
    }

    private static IEnumerable<JsonElement> Parts(JsonElement whole) => whole.ValueKind switch
    {
        JsonValueKind.Object => whole.EnumerateObject().SelectMany(member => Parts(member.Value)).Prepend(whole),
        JsonValueKind.Array => whole.EnumerateArray().SelectMany(Parts).Prepend(whole),
        _ => [whole],
    };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Testing.Conformance;

namespace Runnel.Conformance.Tests.Document;

/// <summary>One thing that a case says or expects.</summary>
/// <param name="Who">The socket, or nothing for HTTP.</param>
/// <param name="Direction"><c>&gt;</c> for what is sent.</param>
/// <param name="Text">A line that is no JSON, such as a request's first.</param>
/// <param name="Json">A message or a body.</param>
internal sealed record CaseLine(string Who, char Direction, string? Text, JsonElement? Json)
{
    /// <summary>All that <paramref name="played"/> says and expects, in order.</summary>
    public static IEnumerable<CaseLine> Of(ConformanceCase played) => played.Steps.SelectMany(Of);

    private static IEnumerable<CaseLine> Of(JsonElement step)
    {
        var action = step.EnumerateObject().First();
        var target = action.Value.ValueKind == JsonValueKind.String ? action.Value.GetString()! : "";
        return action.Name switch
        {
            "http" => OfRequest(step, target).Concat(OfAnswer(step.GetProperty("expect"))),
            "send" when step.TryGetProperty("message", out var message) => [new CaseLine(target, '>', null, message)],
            "expect" when step.TryGetProperty("message", out var message) => [new CaseLine(target, '<', null, message)],
            "covers" => [new CaseLine(target, '<', null, Frame("events", step))],
            "fetched" => OfFetched(step, target),
            _ => [],
        };
    }

    private static IEnumerable<CaseLine> OfRequest(JsonElement step, string line)
    {
        yield return new CaseLine("", '>', line, null);
        foreach (var header in Members(step, "headers")) yield return new CaseLine("", '>', $"{header.Name}: {header.Value.GetString()}", null);
        if (step.TryGetProperty("body", out var body)) yield return new CaseLine("", '>', null, body);
        if (!step.TryGetProperty("lines", out var lines)) yield break;
        foreach (var one in lines.EnumerateArray()) yield return new CaseLine("", '>', null, one);
    }

    private static IEnumerable<CaseLine> OfAnswer(JsonElement expected)
    {
        yield return new CaseLine("", '<', expected.GetProperty("status").GetRawText(), null);
        foreach (var header in Members(expected, "headers")) yield return new CaseLine("", '<', $"{header.Name}: {header.Value.GetRawText().Trim('"').Replace("$starts:", "", StringComparison.Ordinal)}", null);
        if (expected.TryGetProperty("body", out var body)) yield return new CaseLine("", '<', null, body);
        if (!expected.TryGetProperty("lines", out var lines)) yield break;
        foreach (var one in lines.EnumerateArray()) yield return new CaseLine("", '<', null, one);
    }

    /// <summary>A frame for each range, the last one saying so; the events go to the ranges that they lie in.</summary>
    private static IEnumerable<CaseLine> OfFetched(JsonElement step, string target)
    {
        var ranges = step.GetProperty("ranges").EnumerateArray().ToList();
        if (!step.TryGetProperty("events", out var events)) yield break;
        foreach (var (i, range) in ranges.Index())
        {
            var frame = new JsonObject
            {
                ["type"] = "fetched", ["ref"] = Copy(step, "ref"), ["stream"] = Copy(step, "stream"), ["from"] = range[0].GetInt64(), ["to"] = range[1].GetInt64(),
                ["events"] = new JsonArray([.. events.EnumerateArray().Where(stored => stored.TryGetProperty("seq", out var seq) && IsIn(range, seq)).Select(stored => JsonNode.Parse(stored.GetRawText()))]),
            };
            if (i == ranges.Count - 1) frame["last"] = true;
            yield return new CaseLine(target, '<', null, JsonElement.Parse(frame.ToJsonString()));
        }
    }

    private static bool IsIn(JsonElement range, JsonElement seq) =>
        seq.ValueKind == JsonValueKind.Number && seq.GetInt64() >= range[0].GetInt64() && seq.GetInt64() <= range[1].GetInt64();

    private static JsonElement Frame(string type, JsonElement step)
    {
        var frame = new JsonObject { ["type"] = type };
        foreach (var name in (ReadOnlySpan<string>)["stream", "from", "to", "events"]) frame[name] = Copy(step, name);
        return JsonElement.Parse(frame.ToJsonString());
    }

    private static JsonNode? Copy(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText()) : null;

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? [.. value.EnumerateObject()] : [];
}

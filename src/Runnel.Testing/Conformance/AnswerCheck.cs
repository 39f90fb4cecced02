using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>Compares an answer over HTTP with what a case expects of its status, headers and body.</summary>
internal static class AnswerCheck
{
    /// <exception cref="CaseFailure">It differs.</exception>
    public static void Check(HttpAnswer answer, JsonElement expected, Pattern pattern)
    {
        if (pattern.Difference(expected.GetProperty("status"), JsonElement.Parse($"{answer.Status}"), "status") is { } status)
        {
            throw IsNotSupported(answer.Status, answer.Body) ? Refused(answer.Status, answer.Body) : new CaseFailure($"{status}: {Transcript.Shorten(answer.Body)}");
        }
        foreach (var member in expected.EnumerateObject())
        {
            if (DifferenceOf(member, answer, pattern) is { } difference) throw new CaseFailure(difference);
        }
    }

    /// <summary>What a refusal says, where none was expected.</summary>
    public static CaseFailure Refused(int status, string body)
    {
        var message = $"the server answers {status}: {Transcript.Shorten(body)}";
        return IsNotSupported(status, body) ? new NotSupportedByServer(message) : new CaseFailure(message);
    }

    private static string? DifferenceOf(JsonProperty member, HttpAnswer answer, Pattern pattern) => member.Name switch
    {
        "status" => null,
        "headers" => DifferenceOfHeaders(member.Value, answer, pattern),
        "body" => pattern.Difference(member.Value, Parse(answer.Body), "body"),
        "lines" => pattern.Difference(member.Value, Parse($"[{string.Join(',', answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries))}]"), "lines"),
        "text" => answer.Body == member.Value.GetString() ? null : $"the body is {Transcript.Shorten(answer.Body)}; expected {member.Value.GetString()}",
        var unknown => throw new FormatException($"The case expects \"{unknown}\" of an answer."),
    };

    private static string? DifferenceOfHeaders(JsonElement expected, HttpAnswer answer, Pattern pattern)
    {
        foreach (var header in expected.EnumerateObject())
        {
            JsonElement? value = answer.Headers.TryGetValue(header.Name, out var text) ? Quote(text) : null;
            if (pattern.Difference(header.Value, value, header.Name) is { } difference) return difference;
        }
        return null;
    }

    private static JsonElement Quote(string text)
    {
        var quoting = new Template();
        quoting.Set("text", text);
        return quoting.Expand(JsonElement.Parse("\"${text}\""));
    }

    private static JsonElement Parse(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            throw new CaseFailure($"the body is no JSON: {Transcript.Shorten(body)}");
        }
    }

    private static bool IsNotSupported(int status, string body) => status == 404 && !body.Contains("\"code\"", StringComparison.Ordinal) || body.Contains("\"not_supported\"", StringComparison.Ordinal);
}

using System.Globalization;
using System.Text.Json;

namespace Runnel.Testing.Conformance;

/// <summary>
/// Compares what came with what a case expects. Texts that begin with <c>$</c> stand for a kind of value, and <c>=name</c> behind it
/// keeps the value; members that the case does not name may be there; everything else must be equal.
/// </summary>
/// <param name="variables">Where values are kept.</param>
internal sealed class Pattern(Template variables)
{
    /// <summary>Where and how <paramref name="actual"/> differs from <paramref name="expected"/>; <c>null</c> if it does not.</summary>
    public string? Difference(JsonElement expected, JsonElement? actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString() is ['$', ..] word) return DifferenceFromWord(word, actual, path);
        if (actual is not { } there) return $"{path} is missing; expected {expected.GetRawText()}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object when expected.TryGetProperty("$oneOf", out var choices) => DifferenceFromAll(choices, there, path),
            JsonValueKind.Object when expected.TryGetProperty("$not", out var other) =>
                Difference(other, there, path) is null ? $"{path} is {Show(there)}; anything else was expected" : null,
            JsonValueKind.Object when there.ValueKind == JsonValueKind.Object => DifferenceOfMembers(expected, there, path),
            JsonValueKind.Array when there.ValueKind == JsonValueKind.Array => DifferenceOfElements(expected, there, path),
            _ => AreEqual(expected, there) ? null : $"{path} is {Show(there)}; expected {Show(expected)}",
        };
    }

    private string? DifferenceOfMembers(JsonElement expected, JsonElement actual, string path)
    {
        foreach (var member in expected.EnumerateObject())
        {
            var difference = Difference(member.Value, actual.TryGetProperty(member.Name, out var value) ? value : null, $"{path}.{member.Name}");
            if (difference is not null) return difference;
        }
        return null;
    }

    private string? DifferenceOfElements(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return $"{path} has {actual.GetArrayLength()} elements; expected {expected.GetArrayLength()}: {Show(actual)}";
        }
        for (var i = 0; i < expected.GetArrayLength(); i++)
        {
            if (Difference(expected[i], actual[i], $"{path}[{i}]") is { } difference) return difference;
        }
        return null;
    }

    private string? DifferenceFromAll(JsonElement choices, JsonElement actual, string path)
    {
        foreach (var choice in choices.EnumerateArray())
        {
            if (Difference(choice, actual, path) is null) return null;
        }
        return $"{path} is {Show(actual)}; expected one of {Show(choices)}";
    }

    private string? DifferenceFromWord(string word, JsonElement? actual, string path)
    {
        if (word == "$absent") return actual is null ? null : $"{path} is {Show(actual.Value)}; it must not be there";
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var kind = equals < 0 ? word : word[..equals];
        if (actual is not { } there) return $"{path} is missing; expected {word}";
        if (!IsOf(kind, there)) return $"{path} is {Show(there)}; expected {word}";
        if (equals > 0) variables.Set(word[(equals + 1)..], there);
        return null;
    }

    private static bool IsOf(string kind, JsonElement value) => kind switch
    {
        "$any" => true,
        "$string" => value.ValueKind == JsonValueKind.String,
        "$text" => value.ValueKind == JsonValueKind.String && value.GetString() != "",
        "$number" => value.ValueKind == JsonValueKind.Number,
        "$boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "$object" => value.ValueKind == JsonValueKind.Object,
        "$array" => value.ValueKind == JsonValueKind.Array,
        "$time" => IsTime(value),
        "$hash" => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: 64 } text && text.All(char.IsAsciiHexDigitLower),
        _ when kind.StartsWith("$starts:", StringComparison.Ordinal) => Text(value).StartsWith(kind["$starts:".Length..], StringComparison.Ordinal),
        _ when kind.StartsWith("$contains:", StringComparison.Ordinal) => Text(value).Contains(kind["$contains:".Length..], StringComparison.Ordinal),
        _ when kind.StartsWith("$raw:", StringComparison.Ordinal) => value.GetRawText() == kind["$raw:".Length..],
        _ => throw new FormatException($"The case expects {kind}, which nobody knows."),
    };

    // RFC 3339 in UTC.
    private static bool IsTime(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is [.., 'Z'] text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool AreEqual(JsonElement expected, JsonElement actual)
    {
        if (expected.ValueKind != actual.ValueKind) return false;
        return expected.ValueKind switch
        {
            JsonValueKind.String => expected.GetString() == actual.GetString(),
            JsonValueKind.Number => expected.GetRawText() == actual.GetRawText() || expected.GetDouble().Equals(actual.GetDouble()),
            _ => true,
        };
    }

    private static string Show(JsonElement value) => Transcript.Shorten(value.GetRawText());
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runnel.Conformance.Tests.Document;

/// <summary>
/// Tells whether a value of the document is one that a case sends or expects: equal, but for what differs from run to run, which the
/// document shows as some value, and always the same one. Unlike a server's answer, the document may show nothing that the case does not name.
/// </summary>
internal sealed partial class Instance
{
    private readonly Dictionary<string, string> _shown = [];

    /// <summary>Whether <paramref name="shown"/> is what <paramref name="template"/> stands for.</summary>
    public bool Matches(JsonElement template, JsonElement shown)
    {
        if (template.ValueKind == JsonValueKind.String) return MatchesText(template.GetString()!, shown);
        if (template.ValueKind != shown.ValueKind) return false;
        return template.ValueKind switch
        {
            JsonValueKind.Object => MatchesMembers(template, shown),
            JsonValueKind.Array => template.GetArrayLength() == shown.GetArrayLength() && template.EnumerateArray().Zip(shown.EnumerateArray()).All(pair => Matches(pair.First, pair.Second)),
            _ => template.GetRawText() == shown.GetRawText(),
        };
    }

    /// <summary>The same for a text that is no JSON, such as a path.</summary>
    public bool MatchesText(string template, string shown)
    {
        var names = new List<string>();
        var pattern = Variable().Replace(Regex.Escape(template).Replace(@"\$\{", "${", StringComparison.Ordinal), match =>
        {
            names.Add(match.Groups["name"].Value);
            return "(.+?)";
        });
        var match = Regex.Match(shown, $"^{pattern}$");
        return match.Success && names.Select((name, i) => Keep(name, match.Groups[i + 1].Value)).All(same => same);
    }

    private bool MatchesText(string template, JsonElement shown)
    {
        if (template is ['$', not '{', ..]) return MatchesWord(template, shown);
        if (Whole().Match(template) is { Success: true } whole) return Keep(whole.Groups["name"].Value, shown.GetRawText().Trim('"'));
        return shown.ValueKind == JsonValueKind.String && MatchesText(template, shown.GetString()!);
    }

    private bool MatchesWord(string word, JsonElement shown)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var kind = equals < 0 ? word : word[..equals];
        var isOf = kind switch
        {
            "$absent" => false,
            "$number" => shown.ValueKind == JsonValueKind.Number,
            "$boolean" => shown.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "$hash" => shown.GetString() is { Length: 64 },
            "$time" => shown.GetString()!.EndsWith('Z'),
            _ when kind.StartsWith("$starts:", StringComparison.Ordinal) => shown.GetString()!.StartsWith(kind["$starts:".Length..], StringComparison.Ordinal),
            _ => shown.ValueKind == JsonValueKind.String,
        };
        return isOf && (equals < 0 || Keep(word[(equals + 1)..], shown.GetRawText().Trim('"')));
    }

    private bool MatchesMembers(JsonElement template, JsonElement shown)
    {
        var named = template.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() != "$absent").ToDictionary(member => member.Name, member => member.Value);
        return named.Count == shown.GetPropertyCount() && named.All(member => shown.TryGetProperty(member.Key, out var value) && Matches(member.Value, value));
    }

    private bool Keep(string name, string value)
    {
        if (_shown.TryGetValue(name, out var before)) return before == value;
        _shown.Add(name, value);
        return true;
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)\}|\$\{(?<name>\w+)\\\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\$\{(?<name>\w+)\}$")]
    private static partial Regex Whole();
}

using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.Conformance.Tests.Document;

/// <summary>A fenced example of PROTOCOL.md: <c>text</c> for what is said to and fro, <c>json</c> for a single value.</summary>
internal sealed partial record Example(string Kind, string Case, string Body)
{
    /// <summary>Every example of the document.</summary>
    public static IReadOnlyList<Example> All { get; } =
        [.. Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, "PROTOCOL.md"))).Select(match => new Example(match.Groups["kind"].Value, match.Groups["case"].Value, match.Groups["body"].Value))];

    /// <summary>The lines of what is said, each with who says it (<c>a</c>, or nothing), which way, and what.</summary>
    public IEnumerable<(string Who, char Direction, string Text)> Lines =>
        from line in Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let said = Said().Match(line)
        select said.Success ? (said.Groups["who"].Value, said.Groups["direction"].Value[0], said.Groups["text"].Value) : throw new FormatException($"The example of {Case} has a line that nobody says: {line}");

    [GeneratedRegex(@"^```(?<kind>\w+)(?: case=(?<case>[\w-]+))?\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("^(?<who>[a-z]?)(?<direction>[<>]) (?<text>.+)$")]
    private static partial Regex Said();
}

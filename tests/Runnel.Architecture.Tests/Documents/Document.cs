using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.Architecture.Tests.Documents;

/// <summary>A document of the repository, in Markdown.</summary>
internal sealed partial record Document(string Name)
{
    /// <summary>Every document there is, by its path from the repository's folder.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md").Concat(Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => new Document(System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))),
    ];

    public string Path => System.IO.Path.Combine(Repository.Root, Name);

    /// <summary>What the document sets as code inside its sentences.</summary>
    public IEnumerable<string> Code => InlineCode().Matches(Block().Replace(Text, "")).Select(match => match.Groups["code"].Value);

    /// <summary>Where the document's links lead, but for those out of the repository and within the page.</summary>
    public IEnumerable<string> Links => Link().Matches(Text).Select(match => match.Groups["to"].Value.Split('#')[0])
        .Where(to => to.Length > 0 && !to.Contains("://", StringComparison.Ordinal));

    private string Text => File.ReadAllText(Path);

    /// <summary>The blocks of code in <paramref name="language"/>.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value)];

    [GeneratedRegex(@"^```(?<language>\w*)[^\n]*\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`(?<code>[^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();
}

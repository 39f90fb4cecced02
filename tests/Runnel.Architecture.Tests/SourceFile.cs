using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.Architecture.Tests;

/// <summary>A source file of the repository.</summary>
internal sealed partial record SourceFile(string Path)
{
    private static readonly string[] Extensions = [".cs", ".ts", ".tsx", ".js", ".css", ".html"];

    private static readonly string[] NotOurs = ["artifacts", "node_modules", "bin", "obj"];

    /// <summary>The path as people write it, from the repository's folder.</summary>
    public string Name => System.IO.Path.GetRelativePath(Repository.Root, Path).Replace('\\', '/');

    public string Text => File.ReadAllText(Path);

    /// <summary>The types at the top level of a C# file.</summary>
    public IReadOnlyList<string> Types => [.. TopLevelType().Matches(Text).Select(match => match.Groups["name"].Value)];

    /// <summary>Every source file in the folders <paramref name="folders"/> of the repository that exist.</summary>
    public static IEnumerable<SourceFile> In(params string[] folders) =>
        from folder in folders.Select(folder => System.IO.Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
        from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        let file = new SourceFile(path)
        where Extensions.Contains(System.IO.Path.GetExtension(path)) && !file.Name.Split('/').Intersect(NotOurs).Any()
        select file;

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref) )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>?\[\], ]+?) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}

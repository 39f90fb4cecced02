// dotnet run eng/figures.cs     Writes docs/figures.md from the results of ./test --long, which calls it.
//
// A test that counts what it did says so in its output: a first line that begins with a number, perhaps behind a word of whose it is.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var root = Path.GetFullPath(Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "eng", ".."));
var results = Directory.EnumerateFiles(Path.Combine(root, "artifacts", "tests", "long"), "*.xml").Order(StringComparer.Ordinal).Select(ProjectRun.Read).ToList();
if (results.Find(result => result.Failed > 0) is { } failed) throw new InvalidOperationException($"{failed.Name} has failed: no figures.");

var page = new StringBuilder($"""
    # Figures of the last long run

    `./test --long` runs the randomised tests in their full counts, and writes this page when all have passed. What a figure means is said where its test is:
    [guarantees.md](guarantees.md), [faults.md](faults.md), [simulator.md](simulator.md). Times are of a machine with {Environment.ProcessorCount} cores, and may have been shared.

    | Project | Begun | Tests | Minutes |
    |---|---|---|---|

    """);
foreach (var result in results) page.Append(CultureInfo.InvariantCulture, $"| {result.Name} | {result.Begun} | {result.Passed:N0} | {result.Time.TotalMinutes:F1} |\n");
foreach (var result in results.Where(result => result.Figures.Count > 0))
{
    page.Append(CultureInfo.InvariantCulture, $"\n## {result.Name}\n\n");
    foreach (var (test, figure) in result.Figures) page.Append(CultureInfo.InvariantCulture, $"- `{test}`: {figure}\n");
}
File.WriteAllText(Path.Combine(root, "docs", "figures.md"), page.ToString());

/// <summary>What one run of a project's tests has left behind.</summary>
sealed partial record ProjectRun(string Name, string Begun, int Passed, int Failed, TimeSpan Time, IReadOnlyList<(string Test, string Figure)> Figures)
{
    public static ProjectRun Read(string path)
    {
        var assembly = XDocument.Load(path).Root!.Element("assembly")!;
        int Count(string name) => int.Parse(assembly.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        var figures =
            from test in assembly.Descendants("test")
            let line = test.Element("output")?.Value.Split('\n')[0].Trim()
            where line is not null && Figure().IsMatch(line)
            orderby test.Attribute("name")!.Value
            select (test.Attribute("name")!.Value[(test.Attribute("type")!.Value.Length + 1)..].Replace("\\\"", "\"", StringComparison.Ordinal), line);
        return new ProjectRun(
            Path.GetFileNameWithoutExtension(assembly.Attribute("name")!.Value),
            assembly.Attribute("run-date")!.Value,
            Count("passed"),
            Count("failed") + Count("errors"),
            TimeSpan.Parse(assembly.Attribute("time-rtf")!.Value, CultureInfo.InvariantCulture),
            [.. figures]);
    }

    [GeneratedRegex(@"^([\w-]+: )?\d")]
    private static partial Regex Figure();
}

// dotnet run eng/mutate.cs     Mutation testing of merge, outbox and deduplication; writes docs/mutants.md.
//
// Builds a copy of the repository in which each mutant of eng/mutants.txt is an expression behind a switch, then runs the tests of its part once for
// each, until one of them fails. A mutant that no test notices has survived: either a test is missing, or the mutant changes nothing.
#:property TreatWarningsAsErrors=false

using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

var root = Path.GetFullPath(Path.Combine(AppContext.GetData("EntryPointFileDirectoryPath") as string ?? "eng", ".."));
var parts = new Dictionary<string, (string Project, string[] Filter)>
{
    ["merge"] = ("Runnel.Tests", ["-namespace", "Runnel.Tests.Records", "-namespace", "Runnel.Tests.Causality"]),
    ["coalescing"] = ("Runnel.Tests", ["-namespace", "Runnel.Tests.Coalescing"]),
    ["outbox"] = ("Runnel.Client.Tests", ["-namespace", "Runnel.Client.Tests.Replica", "-namespace", "Runnel.Client.Tests.Outbox"]),
    ["deduplication"] = ("Runnel.Server.Tests", ["-namespace", "Runnel.Server.Tests.Homes"]),
};
var mutants = Mutant.ReadAll(Path.Combine(root, "eng", "mutants.txt"));
var copy = Directory.CreateTempSubdirectory("runnel-mutants-").FullName;
try
{
    Copy();
    foreach (var file in mutants.GroupBy(mutant => mutant.File)) Plant(file.Key, [.. file]);
    File.WriteAllText(Path.Combine(copy, "src", "Runnel", "Mutants.cs"), """
        namespace Runnel;

        /// <summary>Which mutant lives.</summary>
        public static class Mutants
        {
            private static readonly int Living = int.Parse(System.Environment.GetEnvironmentVariable("RUNNEL_MUTANT") ?? "0", System.Globalization.CultureInfo.InvariantCulture);

            /// <summary>Whether it is this one.</summary>
            public static bool On(int number) => number == Living;
        }
        """);
    foreach (var project in parts.Values.Select(part => part.Project).Distinct())
    {
        var (code, output) = Run("dotnet", ["build", $"tests/{project}", "-c", "Release", "--nologo", "-v", "q", "-p:TreatWarningsAsErrors=false"]);
        if (code != 0) throw new InvalidOperationException(output);
    }
    foreach (var part in mutants.Select(mutant => mutant.Part).Distinct())
    {
        if (Notice(part, 0) is { } broken) throw new InvalidOperationException($"Without a mutant, {broken} fails.");
    }
    foreach (var mutant in mutants)
    {
        mutant.NoticedBy = Notice(mutant.Part, mutant.Number);
        Console.WriteLine($"{mutant.Number,3} {mutant.Part,-14} {mutant.NoticedBy ?? "SURVIVED"}");
    }
    File.WriteAllText(Path.Combine(root, "docs", "mutants.md"), Report());
}
finally
{
    Directory.Delete(copy, recursive: true);
}

void Copy()
{
    foreach (var file in Run("git", ["-C", root, "ls-files"], root).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
        var target = Path.Combine(copy, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(Path.Combine(root, file))) File.Copy(Path.Combine(root, file), target);
    }
}

void Plant(string file, Mutant[] planted)
{
    var path = Path.Combine(copy, file);
    var text = File.ReadAllText(path);
    foreach (var mutant in planted)
    {
        var places = Regex.Count(text, Regex.Escape(mutant.Original));
        if (places != 1) throw new InvalidOperationException($"Mutant {mutant.Number}: its original stands {places} times in {file}.");
        text = text.Replace(mutant.Original, mutant.Switched, StringComparison.Ordinal);
    }
    File.WriteAllText(path, text);
}

/// The test that notices the mutant; null if none does.
string? Notice(string part, int number)
{
    var (project, filter) = parts[part];
    var (code, output) = Run(
        "timeout", ["120", Path.Combine(copy, "artifacts", "bin", project, "release", project), .. filter, "-stopOnFail", "-noLogo", "-noColor"], copy, number);
    if (code == 0) return null;
    var failed = Regex.Match(output, @"^\s+(\S+)(\(.*\))? \[FAIL\]", RegexOptions.Multiline);
    return failed.Success ? failed.Groups[1].Value.Split('(')[0].Split('.')[^1] : "a run that does not end";
}

(int Code, string Output) Run(string program, string[] arguments, string? folder = null, int mutant = 0)
{
    var start = new ProcessStartInfo(program) { WorkingDirectory = folder ?? copy, RedirectStandardOutput = true, RedirectStandardError = true };
    foreach (var argument in arguments) start.ArgumentList.Add(argument);
    start.Environment["RUNNEL_MUTANT"] = $"{mutant}";
    start.Environment["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
    using var process = Process.Start(start)!;
    var error = process.StandardError.ReadToEndAsync();
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return (process.ExitCode, output + error.Result);
}

string Report()
{
    var killed = mutants.Count(mutant => mutant.NoticedBy is not null);
    var report = new StringBuilder($"""
        # Mutants

        What the tests would notice: each mutant is one wrong expression in merge, coalescing, outbox or deduplication (`eng/mutants.txt`), and the tests of that part
        run with it until one fails. `dotnet run eng/mutate.cs` writes this page. What nobody notices and does no harm: an author's own events arrive in the order of their numbers, one
        publish is under way at a time, and what goes on waiting behind a refused event may as well go to the end.

        **{killed} of {mutants.Count} noticed** ({100.0 * killed / mutants.Count:F0} %): {string.Join(", ", mutants.GroupBy(mutant => mutant.Part).Select(part => $"{part.Key} {part.Count(mutant => mutant.NoticedBy is not null)} of {part.Count()}"))}.

        | part | file | instead of | mutant | noticed by |
        | --- | --- | --- | --- | --- |

        """);
    foreach (var mutant in mutants)
    {
        report.AppendLine($"| {mutant.Part} | {Path.GetFileName(mutant.File)} | `{Cell(mutant.Original)}` | `{Cell(mutant.Wrong)}` | {(mutant.NoticedBy is { } test ? $"`{test}`" : "**nobody**")} |");
    }
    return report.ToString();
}

static string Cell(string code) => code.Replace("|", "\\|", StringComparison.Ordinal);

/// A wrong expression: four lines of the list, and an empty one.
internal sealed record Mutant(int Number, string Part, string File, string Original, string Wrong)
{
    public string? NoticedBy { get; set; }

    /// A whole expression behind the switch; one that is part of an "x is …" pattern or a "when" brings its own form.
    public string Switched => $"(global::Runnel.Mutants.On({Number}) ? ({Wrong}) : ({Original}))";

    public static List<Mutant> ReadAll(string path)
    {
        var mutants = new List<Mutant>();
        foreach (var entry in System.IO.File.ReadAllText(path).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = entry.Trim().Split('\n');
            if (lines[0].StartsWith('#')) continue;
            var head = lines[0].Split(' ');
            mutants.Add(new Mutant(mutants.Count + 1, head[0], head[1], lines[1], lines[2]));
        }
        return mutants;
    }
}

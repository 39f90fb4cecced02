using System.Globalization;
using System.Text.RegularExpressions;
using Runnel.Tests;

namespace Runnel.Architecture.Tests.Documents;

public partial class DocumentTests
{
    private static readonly string Sources = string.Join('\n', SourceFile.In("src", "tests").Select(file => file.Text));

    public static TheoryData<string> Documents => new(Document.All.Select(document => document.Name));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_what_is_there(string name)
    {
        var document = new Document(name);
        var folder = Path.GetDirectoryName(document.Path)!;

        Assert.All(document.Links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{name} links to {link}"));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Types_and_tests_that_are_named_exist(string name) => Assert.All(
        new Document(name).Code.Where(code => TypeName().IsMatch(code) || TestName().IsMatch(code)),
        code => Assert.True(Defined(code).IsMatch(Sources), $"{name} names {code}"));

    [Fact]
    public void Every_promise_says_how_it_could_break_what_attacks_it_and_what_that_does_not_see()
    {
        var promises = Read("guarantees.md").Split("\n## ")[1..].Where(section => char.IsAsciiDigit(section[0])).ToList();

        Assert.Equal(Enumerable.Range(1, 11), promises.Select(promise => int.Parse(promise[..promise.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture)));
        foreach (var part in new[] { "\n*How it could break:* ", "\n- `", "\n*What stays undetectable:* " }) Assert.All(promises, promise => Assert.Contains(part, promise, StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_promises_tell_of_other_pages_stands_there()
    {
        var promises = Read("guarantees.md");
        var bugs = Regex.Count(Read("planted-bugs.md"), @"^\| .* \| \d+ \|\r?$", RegexOptions.Multiline);
        var mutants = Regex.Match(Read("mutants.md"), @"\*\*(\d+ of \d+ noticed)\*\*").Groups[1].Value;

        Assert.Contains($"| {bugs} planted, all caught", promises, StringComparison.Ordinal);
        Assert.NotEmpty(mutants);
        Assert.Contains($"| {mutants};", promises, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_decision_is_listed()
    {
        var listed = new Document("docs/decisions/README.md").Links;
        var decisions = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "decisions"), "0*.md").Select(path => Path.GetFileName(path)!);

        Assert.Equal(decisions.Order(StringComparer.Ordinal), listed);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page));

    private static Regex Defined(string name) => new(TestName().IsMatch(name) ? $@"\b{name}\(" : $@"\b(class|struct|record|interface|enum|delegate \w+) {name}\b|\b{name}(\(| =>| \{{)");

    // StreamHome, RecordSet: two words at least, for one may be English.
    [GeneratedRegex("^I?[A-Z][a-z0-9]+([A-Z][a-z0-9]+)+$")]
    private static partial Regex TypeName();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex TestName();
}

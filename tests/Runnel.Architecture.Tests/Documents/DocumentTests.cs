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
    public void Every_promise_names_tests_that_attack_it()
    {
        var promises = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guarantees.md")).Split("\n## ")[1..];

        Assert.Equal(11, promises.Length);
        Assert.All(promises, promise => Assert.Contains("\n- `", promise, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_decision_is_listed()
    {
        var listed = new Document("docs/decisions/README.md").Links;
        var decisions = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "decisions"), "0*.md").Select(path => Path.GetFileName(path)!);

        Assert.Equal(decisions.Order(StringComparer.Ordinal), listed);
    }

    private static Regex Defined(string name) => new(TestName().IsMatch(name) ? $@"\b{name}\(" : $@"\b(class|struct|record|interface|enum|delegate \w+) {name}\b|\b{name}(\(| =>| \{{)");

    // StreamHome, RecordSet: two words at least, for one may be English.
    [GeneratedRegex("^I?[A-Z][a-z0-9]+([A-Z][a-z0-9]+)+$")]
    private static partial Regex TypeName();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex TestName();
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Runnel.Tests;

namespace Runnel.Client.Generators.Tests;

public partial class DocumentationTests
{
    [Fact]
    public void Each_diagnostic_is_explained_in_order()
    {
        var explained = Explanation().Matches(Read("diagnostics.md")).Select(match => match.Value);

        Assert.Equal(Problems.All.Select(problem => $"## {problem.Id}\n\n**{problem.Title.ToString(CultureInfo.InvariantCulture)}.** {problem.DefaultSeverity}."), explained);
    }

    [Theory]
    [InlineData("models.md", 5)]
    [InlineData("diagnostics.md", 10)]
    public void Each_example_compiles_without_a_word(string document, int atLeast)
    {
        var examples = Example().Matches(Read(document)).Select(match => match.Groups[1].Value).ToList();

        Assert.True(examples.Count >= atLeast);
        foreach (var example in examples)
        {
            var generation = Generation.Of(example);
            Assert.Empty(generation.Problems);
            Assert.Empty(generation.Complaints);
        }
    }

    [Fact]
    public void Each_scalar_type_has_its_row()
    {
        var document = Read("models.md");
        string[] types = ["string", "char", "bool", "decimal", "DateTimeOffset", "DateTime", "DateOnly", "TimeOnly", "TimeSpan", "Guid", "Uri", "Half", "float", "double", "Int128", "UInt128"];

        Assert.All(types, type => Assert.Matches($@"(?m)^\|[^|]*`{type}`", document));
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, "docs", document));

    [GeneratedRegex(@"^## RUN\d{4}\n\n\*\*.*$", RegexOptions.Multiline)]
    private static partial Regex Explanation();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}

using System.Xml.Linq;
using Runnel.Tests;

namespace Runnel.Architecture.Tests;

public class SourceTests
{
    private const int MaxLines = 400;

    [Fact]
    public void A_file_is_named_after_a_type_in_it()
    {
        var strays = SourceFile.In("src", "tests", "samples", "bench")
            .Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal) && file.Types is [_, ..])
            .Where(file => !file.Types.Contains(Path.GetFileName(file.Path).Split('.')[0]))
            .Select(file => $"{file.Name} defines {string.Join(", ", file.Types)}");

        Assert.Empty(strays);
    }

    [Fact]
    public void A_file_that_is_too_long_to_take_in_holds_a_second_idea()
    {
        var long_ = SourceFile.In("src", "tests", "samples", "bench", "clients")
            .Select(file => (file.Name, Lines: File.ReadLines(file.Path).Count()))
            .Where(file => file.Lines > MaxLines)
            .Select(file => $"{file.Name} has {file.Lines} lines, more than {MaxLines}: give its second idea a file of its own");

        Assert.Empty(long_);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "Runnel.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value).Order(StringComparer.Ordinal);

        Assert.Equal(Project.All.Select(project => project.File).Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public void Every_project_of_tests_can_be_run_by_the_test_script() => Assert.All(
        Project.All.Where(project => project.File.StartsWith("tests/", StringComparison.Ordinal)),
        project => Assert.Equal($"tests/{project.Name}/{project.Name}.csproj", project.File));
}

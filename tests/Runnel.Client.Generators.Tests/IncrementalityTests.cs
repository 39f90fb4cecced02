using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Runnel.Client.Generators.Tests;

public class IncrementalityTests
{
    private const string Model = "[Synced] public partial class Task { public partial string Title { get; set; } public partial Label Label { get; set; } } public enum Label { None }";

    [Fact]
    public void An_edit_elsewhere_generates_nothing_anew()
    {
        var other = Generation.Parse("public class Other { public int One() => 1; }", "Other.cs");
        var before = Generation.Compile(Model).AddSyntaxTrees(other);
        var after = before.ReplaceSyntaxTree(other, Generation.Parse("public class Other { public int One() => 2; }", "Other.cs"));

        var (models, outputs) = ReasonsAfter(before, after);

        Assert.Equal([IncrementalStepRunReason.Cached], models);
        Assert.All(outputs, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_beside_a_model_generates_nothing_anew()
    {
        var before = Generation.Compile(Model);
        var after = Generation.Compile("// a comment\n" + Model.Replace("{ None }", "{ None /* no colour */ }", StringComparison.Ordinal));

        var (models, outputs) = ReasonsAfter(before, after);

        Assert.Equal([IncrementalStepRunReason.Cached], models);
        Assert.All(outputs, reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_a_type_that_a_model_uses_generates_it_anew()
    {
        var before = Generation.Compile(Model);
        var after = Generation.Compile(Model.Replace("{ None }", "{ None, Red }", StringComparison.Ordinal));

        var (models, outputs) = ReasonsAfter(before, after);

        Assert.Equal([IncrementalStepRunReason.Modified], models);
        Assert.Contains(IncrementalStepRunReason.Modified, outputs);
    }

    private static (IEnumerable<IncrementalStepRunReason> Models, IEnumerable<IncrementalStepRunReason> Outputs) ReasonsAfter(
        CSharpCompilation before, CSharpCompilation after)
    {
        var driver = Generation.Driver().RunGenerators(before, TestContext.Current.CancellationToken);
        var result = driver.RunGenerators(after, TestContext.Current.CancellationToken).GetRunResult().Results.Single();
        Assert.NotEmpty(result.GeneratedSources);
        return (
            [.. result.TrackedSteps[SyncedGenerator.ModelsStep].SelectMany(step => step.Outputs).Select(output => output.Reason)],
            [.. result.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(step => step.Outputs).Select(output => output.Reason)]);
    }
}

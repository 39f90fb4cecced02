using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators.Tests;

public class ProblemsTests
{
    public static TheoryData<Misuse> Classes { get; } = [.. Misuse.OfClasses];

    public static TheoryData<Misuse> Properties { get; } = [.. Misuse.OfProperties];

    [Theory]
    [MemberData(nameof(Classes), DisableDiscoveryEnumeration = true)]
    public void A_misused_class_is_told_how_to_mend_it(Misuse misuse) => AssertSaid(misuse, Generation.Of(misuse.Source));

    [Theory]
    [MemberData(nameof(Properties), DisableDiscoveryEnumeration = true)]
    public void A_misused_property_is_told_how_to_mend_it_and_the_compiler_does_not_repeat_it(Misuse misuse)
    {
        var generation = Generation.Of(misuse.Source);

        AssertSaid(misuse, generation);
        var declarations = generation.Output.GetDeclarationDiagnostics(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(declarations, complaint => complaint.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Each_diagnostic_has_a_misuse_here() =>
        Assert.Equal(Problems.All.Select(problem => problem.Id), Misuse.All.Select(misuse => misuse.Id).Distinct().Order());

    [Fact]
    public void An_indexer_is_no_field()
    {
        var generation = Generation.Of("[Synced] public partial class Task { public partial int this[int i] { get; set; } }");

        var problem = Assert.Single(generation.Problems);
        Assert.Equal("'this[]' is an indexer and cannot be a field of an object: remove 'partial' and implement it, or make it a plain property",
            problem.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_type_that_does_not_exist_is_left_to_the_compiler()
    {
        var generation = Generation.Of("[Synced] public partial class Task { public partial Missing? Title { get; set; } public partial List<Missing> Lines { get; set; } }");

        Assert.Empty(generation.Problems);
        Assert.All(generation.Complaints, complaint => Assert.Equal("CS0246", complaint.Id));
        Assert.NotEmpty(generation.Complaints);
    }

    [Fact]
    public void Ids_are_contiguous_and_lead_to_their_help()
    {
        Assert.Equal(Enumerable.Range(1, Problems.All.Count).Select(number => $"RUN{number:0000}"), Problems.All.Select(problem => problem.Id));
        Assert.All(Problems.All, problem => Assert.Equal($"docs/diagnostics.md#{problem.Id.ToLowerInvariant()}", problem.HelpLinkUri));
    }

    [Fact]
    public void Every_problem_of_a_class_is_told_at_once()
    {
        var generation = Generation.Of("""
            [Synced] public partial class Task
            {
                public partial Uri Link { get; set; }
                [Counter] public partial double Likes { get; set; }
                public partial string Title { get; set; }
            }
            """);

        Assert.Equal(["RUN0014", "RUN0015"], generation.Problems.Select(problem => problem.Id).Order());
        Assert.Contains("TitleField", Assert.Single(generation.Files).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pragma_silences_a_warning()
    {
        var generation = Generation.Of("""
            [Synced] public partial class Task
            {
            #pragma warning disable RUN0008
                public string Here { get; set; } = "";
            #pragma warning restore RUN0008
                public string There { get; set; } = "";
            }
            """);

        var shown = Assert.Single(generation.Problems, problem => !problem.IsSuppressed);
        Assert.Contains("'There'", shown.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_app_implements_itself_is_left_alone()
    {
        var generation = Generation.Of("""
            [Synced] public partial class Task
            {
                [NotSynced] public bool IsSelected { get; set; }
                public bool IsOpen { get; private set; }
                public int Fixed { get; } = 1;
                public static int Made { get; set; }
                internal int Inner { get; set; }
                public string Shout => Title + "!";
                public partial string Title { get; set; }
                public partial int Twice { get; }
                public partial int Twice => 2;
            }
            """);

        Assert.Empty(generation.Problems);
        Assert.Empty(generation.Complaints);
    }

    private static void AssertSaid(Misuse misuse, Generation generation)
    {
        var problem = Assert.Single(generation.Problems);
        Assert.Equal(misuse.Id, problem.Id);
        Assert.Equal(misuse.Message, problem.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal(misuse.At, problem.Location.SourceTree!.GetText().ToString(problem.Location.SourceSpan));
        Assert.Equal(misuse.Id is "RUN0008" ? DiagnosticSeverity.Warning : misuse.Id is "RUN0025" ? DiagnosticSeverity.Info : DiagnosticSeverity.Error, problem.Severity);
    }
}

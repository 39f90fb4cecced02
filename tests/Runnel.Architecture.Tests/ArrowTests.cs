using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Runnel.Architecture.Tests;

/// <summary>The arrows of the house: they point to Runnel, and Runnel points nowhere (docs/design.md).</summary>
public class ArrowTests
{
    /// <summary>What each shipped assembly may know of the others.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Runnel"] = [],
        ["Runnel.Server"] = ["Runnel"],
        ["Runnel.Server.Sqlite"] = ["Runnel", "Runnel.Server"],
        ["Runnel.AspNetCore"] = ["Runnel", "Runnel.Server"],
        ["Runnel.Client"] = ["Runnel"],
        ["Runnel.Client.Sqlite"] = ["Runnel", "Runnel.Client"],
        ["Runnel.Client.Browser"] = ["Runnel", "Runnel.Client"],
        ["Runnel.Client.Generators"] = [],
        ["Runnel.Testing"] = ["Runnel", "Runnel.Server", "Runnel.Client"],
        ["Runnel.Cli"] = ["Runnel", "Runnel.Server", "Runnel.Server.Sqlite", "Runnel.AspNetCore", "Runnel.Client", "Runnel.Testing"],
    };

    private static readonly string[] MayKnowAspNetCore = ["Runnel.AspNetCore", "Runnel.Cli"];

    // Blazor's components, which are no part of the server.
    private static readonly Dictionary<string, string> KnowsOfBlazor = new() { ["Runnel.Client.Browser"] = "Microsoft.AspNetCore.Components" };

    // What apps test with: it runs the product's own parts in the one thread of its virtual time.
    private const string Simulator = "Runnel.Testing";

    public static TheoryData<string> Shipped => new(Project.All.Where(project => project.IsShipped).Select(project => project.Name));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void An_assembly_refers_only_to_what_it_may_know(string name) => Assert.Empty(
        ReferencesOf(name).Where(reference => reference.StartsWith("Runnel", StringComparison.Ordinal)).Except(Allowed(name)));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_project_asks_only_for_what_it_may_know(string name) => Assert.Empty(TheProject(name).References.Except(Allowed(name)));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Only_the_edge_knows_asp_net_core(string name)
    {
        if (MayKnowAspNetCore.Contains(name)) return;

        Assert.False(TheProject(name).UsesAspNetCore, $"{name} asks for ASP.NET Core");
        Assert.DoesNotContain(
            ReferencesOf(name), reference => reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && reference != KnowsOfBlazor.GetValueOrDefault(name));
    }

    [Fact]
    public void The_rules_need_nothing_but_the_runtime() => Assert.All(
        ReferencesOf("Runnel"), reference => Assert.StartsWith("System.", reference, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Internals_are_visible_to_tests_only(string name) => Assert.All(
        TheProject(name).ShowsInternalsTo.Where(friend => friend != Simulator), friend => Assert.StartsWith("tests/", TheProject(friend).File, StringComparison.Ordinal));

    private static string[] Allowed(string name) => MayKnow.TryGetValue(name, out var allowed)
        ? allowed
        : throw new InvalidOperationException($"{name} is new: say in {nameof(MayKnow)} what it may know, and in docs/design.md what it is for.");

    private static Project TheProject(string name) => Project.All.Single(project => project.Name == name);

    private static IReadOnlyList<string> ReferencesOf(string name)
    {
        // Beside this test's own folder lie those of all projects, each with a folder for the configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        using var assembly = new PEReader(File.OpenRead(Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, $"{name}.dll")));
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}

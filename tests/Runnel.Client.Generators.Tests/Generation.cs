using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Runnel.Client.Generators.Tests;

/// <summary>A source after the generator has run on it.</summary>
/// <param name="Problems">What the generator had to say.</param>
/// <param name="Files">The generated code by file name.</param>
/// <param name="Output">The source and the generated code.</param>
internal sealed record Generation(IReadOnlyList<Diagnostic> Problems, IReadOnlyDictionary<string, string> Files, Compilation Output)
{
    private const string Preamble = """
        using System;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.Linq;
        using Runnel.Client;

        """;

    private const string SourcePath = "Model.cs";

    private static readonly string[] Referenced =
    [
        "System.Private.CoreLib", "System.Private.Uri", "System.Runtime", "System.Collections", "System.Collections.Immutable", "System.Linq", "System.ObjectModel",
        "System.Runtime.Numerics", "System.Console", "Runnel", "Runnel.Client",
    ];

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Referenced.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the compiler says of the source and the generated code together: errors and warnings, but of undocumented members only the generated ones.</summary>
    public IEnumerable<Diagnostic> Complaints => Output.GetDiagnostics(TestContext.Current.CancellationToken)
        .Where(complaint => complaint.Severity >= DiagnosticSeverity.Warning)
        .Where(complaint => complaint.Id != "CS1591" || complaint.Location.SourceTree?.FilePath != SourcePath);

    /// <summary>Runs the generator on <paramref name="source"/>, which needs no usings.</summary>
    public static Generation Of(string source)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(Compile(source), out var output, out var problems, TestContext.Current.CancellationToken);
        var files = driver.GetRunResult().Results.Single().GeneratedSources.ToDictionary(file => file.HintName, file => file.SourceText.ToString());
        return new Generation(problems, files, output);
    }

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new SyncedGenerator().AsSourceGenerator()], parseOptions: Parsing,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "App", [Parse(source, SourcePath)], References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false));

    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(Preamble + source, Parsing, path);
}

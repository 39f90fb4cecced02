using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runnel.Client.Generators;

/// <summary>Implements the partial properties of classes with <c>[Synced]</c>, and says what is wrong with them.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class SyncedGenerator : IIncrementalGenerator
{
    /// <summary>The step whose outputs stay the same when an edit has nothing to do with models.</summary>
    public const string ModelsStep = "Models";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var readings = context.SyntaxProvider.ForAttributeWithMetadataName(
            KnownTypes.SyncedAttribute,
            static (node, _) => node is TypeDeclarationSyntax,
            static (found, cancellation) => ModelReader.Read(found, cancellation));

        var models = readings.Where(static reading => reading.Model is not null).Select(static (reading, _) => reading.Model!).WithTrackingName(ModelsStep);
        context.RegisterSourceOutput(models, static (output, model) => output.AddSource(model.HintName, ModelWriter.Write(model)));

        var problems = readings.SelectMany(static (reading, _) => reading.Problems);
        context.RegisterSourceOutput(
            problems.Combine(context.CompilationProvider),
            static (output, problem) => output.ReportDiagnostic(problem.Left.ToDiagnostic(problem.Right)));
    }
}

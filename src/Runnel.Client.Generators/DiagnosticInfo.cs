using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Runnel.Client.Generators;

/// <summary>A diagnostic that equals another by value and holds no syntax tree.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, string FilePath, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, Location location, params string[] arguments) => new(
        descriptor, location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span,
        new EquatableArray<string>(ImmutableArray.Create(arguments)));

    /// <summary>Makes the diagnostic, in the tree of <paramref name="compilation"/> that it is about: there a pragma can silence it.</summary>
    public Diagnostic ToDiagnostic(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == FilePath && tree.Length >= Span.End);
        var location = tree is null ? Location.Create(FilePath, Span, Lines) : Location.Create(tree, Span);
        return Diagnostic.Create(Descriptor, location, [.. Arguments]);
    }
}

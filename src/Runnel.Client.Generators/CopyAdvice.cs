using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>Says which type shows that a value is replaced as a whole, where the chosen one looks as if it could be changed in place.</summary>
internal static class CopyAdvice
{
    /// <summary>The better type; <c>null</c> where none is needed. Bytes are let be: nobody edits them one by one.</summary>
    public static string? For(ITypeSymbol type, Form form) => type switch
    {
        _ when form.IsImmutable => null,
        IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte } => null,
        IArrayTypeSymbol array => $"IReadOnlyList<{FormReader.Show(array.ElementType)}>",
        INamedTypeSymbol list when KnownTypes.NameOf(list) == "System.Collections.Generic.List<T>" =>
            $"IReadOnlyList<{FormReader.Show(list.TypeArguments[0])}>",
        INamedTypeSymbol { TypeKind: TypeKind.Class } => "A record",
        _ => null,
    };
}

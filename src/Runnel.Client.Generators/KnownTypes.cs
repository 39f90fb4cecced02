using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>The names of the types that models refer to.</summary>
internal static class KnownTypes
{
    public const string SyncedAttribute = "Runnel.Client.SyncedAttribute";
    public const string FieldAttribute = "Runnel.Client.FieldAttribute";
    public const string WasNamedAttribute = "Runnel.Client.WasNamedAttribute";
    public const string CounterAttribute = "Runnel.Client.CounterAttribute";
    public const string SetOfAttribute = "Runnel.Client.SetOfAttribute";
    public const string KeyAttribute = "Runnel.Client.KeyAttribute";
    public const string NotSyncedAttribute = "Runnel.Client.NotSyncedAttribute";
    public const string OrderKey = "Runnel.Client.OrderKey";
    public const string SyncedSet = "Runnel.Client.SyncedSet<T>";

    /// <summary>Says types as code in any place may: in full, with their nullability.</summary>
    public static SymbolDisplayFormat InFull { get; } = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
        | SymbolDisplayMiscellaneousOptions.UseSpecialTypes
        | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>A type's name with its namespace and type parameters: <c>System.Collections.Generic.List&lt;T&gt;</c>.</summary>
    public static string NameOf(ITypeSymbol type) => type.OriginalDefinition.ToDisplayString(
        SymbolDisplayFormat.FullyQualifiedFormat
            .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)
            .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.None));

    /// <summary>The attributes of the given type that stand on <paramref name="symbol"/>.</summary>
    public static IEnumerable<AttributeData> AttributesOf(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().Where(data => data.AttributeClass is { } type && NameOf(type) == attribute);

    /// <summary>Whether an attribute of the given type stands on <paramref name="symbol"/>.</summary>
    public static bool Has(ISymbol symbol, string attribute) => AttributesOf(symbol, attribute).Any();

    /// <summary>The text that an attribute was given; <c>null</c> for none.</summary>
    public static string? TextOf(AttributeData data) => data.ConstructorArguments.Length == 1 ? data.ConstructorArguments[0].Value as string : null;
}

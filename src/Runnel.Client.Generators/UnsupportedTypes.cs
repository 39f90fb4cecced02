using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>Says why a type cannot be synced, and what to use instead.</summary>
internal static class UnsupportedTypes
{
    private static readonly HashSet<string> Sets = new()
    {
        "System.Collections.Generic.ISet<T>", "System.Collections.Generic.HashSet<T>", "System.Collections.Generic.SortedSet<T>",
        "System.Collections.Generic.IReadOnlySet<T>", KnownTypes.SyncedSet,
    };

    private static readonly HashSet<string> Sequences = new()
    {
        "System.Collections.Generic.IEnumerable<T>", "System.Collections.Generic.ICollection<T>", "System.Collections.Generic.IList<T>",
        "System.Collections.Generic.IReadOnlyCollection<T>", "System.Collections.ObjectModel.ObservableCollection<T>",
        "System.Collections.ObjectModel.Collection<T>",
    };

    /// <summary>Why a type of which nothing more is known is not taken.</summary>
    public static string Explain(ITypeSymbol type)
    {
        var shown = FormReader.Show(type);
        var name = KnownTypes.NameOf(type);
        if (Sets.Contains(name)) return $"'{shown}' is a set; declare it 'ISet<T> {{ get; }}' and mark it [SetOf]";
        if (Sequences.Contains(name)) return $"use IReadOnlyList<T>, ImmutableArray<T>, List<T> or T[] in place of '{shown}'";
        if (type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr) return $"the size of '{shown}' depends on the device; use int or long";
        return $"'{shown}' is none of the types that models may use: text, numbers, bool, enums, dates and times, Guid, Uri, byte[], " +
            "lists of these, and plain classes, records and structs of them";
    }

    /// <summary>Why a class or struct is no plain object; <c>null</c> if that cannot be seen yet.</summary>
    public static string? ExplainObject(INamedTypeSymbol type)
    {
        var name = KnownTypes.NameOf(type);
        var shown = FormReader.Show(type);
        if (Sets.Contains(name) || Sequences.Contains(name) || type.SpecialType != SpecialType.None || type.IsRefLikeType) return Explain(type);
        if (name.StartsWith("System.", StringComparison.Ordinal)) return Explain(type);
        if (KnownTypes.Has(type, KnownTypes.SyncedAttribute)) return $"'{shown}' is a model with a collection of its own; hold its id";
        return type.IsAbstract ? $"'{shown}' is abstract, so it cannot be made of what other devices send" : null;
    }

    public static string NoShape(ITypeSymbol type) =>
        $"'{FormReader.Show(type)}' has neither a constructor without parameters and properties to set, nor one whose parameters are its properties";
}

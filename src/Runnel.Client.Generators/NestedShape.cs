using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>How a nested object is made of its properties.</summary>
/// <param name="Arguments">The properties that the constructor takes, in its order.</param>
/// <param name="Setters">The properties that are set after it.</param>
/// <param name="IsMutable">Whether an object can be changed in place.</param>
internal sealed record NestedShape(IReadOnlyList<IPropertySymbol> Arguments, IReadOnlyList<IPropertySymbol> Setters, bool IsMutable)
{
    public IEnumerable<IPropertySymbol> Properties => Arguments.Concat(Setters);

    /// <summary>
    /// Takes the constructor without parameters if there are properties to set after it, else the longest whose parameters are all
    /// properties; <c>null</c> if neither is there, or a required member would be left out.
    /// </summary>
    public static NestedShape? Read(INamedTypeSymbol type, FormReader forms)
    {
        var properties = AllProperties(type).Where(property => IsMapped(property, forms)).ToList();
        var settable = properties.Where(property => property.SetMethod is { } setter && forms.IsAccessible(setter)).ToList();
        var constructors = type.InstanceConstructors.Where(forms.IsAccessible).ToList();

        var shape = settable.Count > 0 && constructors.Any(constructor => constructor.Parameters.Length == 0)
            ? Make(type, [], settable)
            : constructors
                .Select(constructor => Match(constructor, properties))
                .Where(arguments => arguments is { Count: > 0 })
                .OrderByDescending(arguments => arguments!.Count)
                .Select(arguments => Make(type, arguments!, [.. settable.Where(property => !Contains(arguments!, property))]))
                .FirstOrDefault();
        return shape is not null && LeavesNothingRequired(type, shape) ? shape : null;
    }

    private static NestedShape Make(INamedTypeSymbol type, IReadOnlyList<IPropertySymbol> arguments, IReadOnlyList<IPropertySymbol> setters) =>
        new(arguments, setters, !type.IsValueType && arguments.Concat(setters).Any(property => property.SetMethod is { IsInitOnly: false }));

    private static IEnumerable<IPropertySymbol> AllProperties(INamedTypeSymbol type)
    {
        var seen = new HashSet<string>();
        var chain = new Stack<INamedTypeSymbol>();
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType) chain.Push(current);
        return chain.SelectMany(level => level.GetMembers().OfType<IPropertySymbol>()).Where(property => seen.Add(property.Name));
    }

    private static bool IsMapped(IPropertySymbol property, FormReader forms) =>
        !property.IsStatic && !property.IsIndexer && property.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal
        && property.GetMethod is { } getter && forms.IsAccessible(getter) && !KnownTypes.Has(property, KnownTypes.NotSyncedAttribute);

    private static List<IPropertySymbol>? Match(IMethodSymbol constructor, List<IPropertySymbol> properties)
    {
        var arguments = new List<IPropertySymbol>();
        foreach (var parameter in constructor.Parameters)
        {
            var property = properties.FirstOrDefault(property =>
                string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && SymbolEqualityComparer.Default.Equals(property.Type, parameter.Type));
            if (property is null || parameter.RefKind is not (RefKind.None or RefKind.In)) return null;
            arguments.Add(property);
        }
        return arguments;
    }

    private static bool LeavesNothingRequired(INamedTypeSymbol type, NestedShape shape)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers().OfType<IFieldSymbol>().Any(field => field.IsRequired)) return false;
            if (current.GetMembers().OfType<IPropertySymbol>().Any(property => property.IsRequired && !Contains(shape.Setters, property))) return false;
        }
        return true;
    }

    private static bool Contains(IEnumerable<IPropertySymbol> properties, IPropertySymbol property) => properties.Contains(property, SymbolEqualityComparer.Default);
}

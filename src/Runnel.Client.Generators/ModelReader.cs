using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runnel.Client.Generators;

/// <summary>What was read of a class with <c>[Synced]</c>.</summary>
/// <param name="Model">What its code is written from; <c>null</c> if the class cannot be a model.</param>
/// <param name="Problems">What is wrong.</param>
internal sealed record ModelReading(ModelSpec? Model, EquatableArray<DiagnosticInfo> Problems);

/// <summary>Reads a class with <c>[Synced]</c>.</summary>
internal sealed class ModelReader
{
    private readonly INamedTypeSymbol _type;
    private readonly TypeDeclarationSyntax _syntax;
    private readonly FormReader _forms;
    private readonly List<DiagnosticInfo> _problems = [];

    private ModelReader(GeneratorAttributeSyntaxContext context)
    {
        _type = (INamedTypeSymbol)context.TargetSymbol;
        _syntax = (TypeDeclarationSyntax)context.TargetNode;
        _forms = new FormReader(_type, context.SemanticModel.Compilation);
    }

    public static ModelReading Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var reader = new ModelReader(context);
        var model = reader.ReadModel(KnownTypes.TextOf(context.Attributes[0]), cancellation);
        return new ModelReading(model, new EquatableArray<DiagnosticInfo>([.. reader._problems]));
    }

    private ModelSpec? ReadModel(string? givenCollection, CancellationToken cancellation)
    {
        if (FindClassProblem() is { } problem)
        {
            _problems.Add(problem.At(_syntax.Identifier.GetLocation()));
            return null;
        }

        var collection = givenCollection ?? Names.CamelCase(_type.Name);
        var isValid = Names.IsValid(collection);
        if (!isValid) _problems.Add(new Problem(Problems.InvalidName, collection, "collection", "Synced").At(_syntax.Identifier.GetLocation()));

        var properties = ReadProperties(cancellation);
        FindSharedFields(properties);
        var key = properties.FirstOrDefault(property => property.Kind is PropertyKind.TextKey or PropertyKind.NullableTextKey or PropertyKind.GuidKey);
        return new ModelSpec(
            _type.ContainingNamespace.IsGlobalNamespace ? "" : _type.ContainingNamespace.ToDisplayString(), Names.Escape(_type.Name),
            _type.ToDisplayString(KnownTypes.InFull), isValid ? collection : "_", key?.Name,
            new EquatableArray<string>([.. _forms.Declarations]), new EquatableArray<PropertySpec>([.. properties]));
    }

    private Problem? FindClassProblem()
    {
        var name = _type.Name;
        if (_type.TypeKind != TypeKind.Class || _type.IsRecord) return new Problem(Problems.NotAClass, name, ShowKind());
        if (_type.ContainingType is { } outer) return new Problem(Problems.Nested, name, $"nested in '{outer.Name}'");
        if (_type.IsFileLocal) return new Problem(Problems.Nested, name, "visible in its file only");
        if (_type.IsGenericType) return new Problem(Problems.Generic, name);
        if (_type.IsStatic) return new Problem(Problems.NotConstructible, name, "static");
        if (_type.IsAbstract) return new Problem(Problems.NotConstructible, name, "abstract");
        if (!_syntax.Modifiers.Any(SyntaxKind.PartialKeyword)) return new Problem(Problems.ClassNotPartial, name);
        if (_type.BaseType is { SpecialType: not SpecialType.System_Object } parent) return new Problem(Problems.BaseClass, name, parent.Name);
        if (_type.InstanceConstructors.All(constructor => constructor.Parameters.Length > 0)) return new Problem(Problems.NoParameterlessConstructor, name);
        return FindTakenMember("PropertyChanged", "remove it");
    }

    private string ShowKind() => (_type.IsRecord, _type.TypeKind) switch
    {
        (true, TypeKind.Class) => "a record",
        (true, _) => "a record struct",
        (_, TypeKind.Interface) => "an interface",
        _ => "a struct",
    };

    private Problem? FindTakenMember(string member, string mend) =>
        _type.GetMembers(member).IsEmpty ? null : new Problem(Problems.MemberTaken, _type.Name, member, mend);

    private List<PropertySpec> ReadProperties(CancellationToken cancellation)
    {
        var properties = new List<PropertySpec>();
        IPropertySymbol? key = null;
        foreach (var property in _type.GetMembers().OfType<IPropertySymbol>())
        {
            cancellation.ThrowIfCancellationRequested();
            if (property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not BasePropertyDeclarationSyntax syntax) continue;
            if (!property.IsPartialDefinition || property.PartialImplementationPart is not null)
            {
                ReadOwnProperty(property, syntax);
                continue;
            }
            if (syntax is not PropertyDeclarationSyntax declaration)
            {
                _problems.Add(new Problem(Problems.NoField, "this[]", "an indexer").At(syntax.GetLocation()));
                continue;
            }

            var reader = new PropertyReader(property, declaration, _forms);
            properties.Add(reader.Read());
            _problems.AddRange(reader.Problems);
            if (!KnownTypes.Has(property, KnownTypes.KeyAttribute)) continue;
            if (key is not null) _problems.Add(new Problem(Problems.TwoKeys, property.Name, key.Name).At(declaration.Identifier.GetLocation()));
            key ??= property;
        }
        FindTakenCounters(properties);
        FindSecondPlace(properties);
        return properties;
    }

    /// <summary>A property that the app implements: is it meant to stay here?</summary>
    private void ReadOwnProperty(IPropertySymbol property, BasePropertyDeclarationSyntax syntax)
    {
        var location = property.Locations[0];
        string[] attributes = [KnownTypes.FieldAttribute, KnownTypes.WasNamedAttribute, KnownTypes.CounterAttribute, KnownTypes.SetOfAttribute, KnownTypes.KeyAttribute];
        var misplaced = attributes.FirstOrDefault(attribute => KnownTypes.Has(property, attribute));
        if (misplaced is not null)
        {
            var shown = misplaced.Split('.').Last().Replace("Attribute", "");
            _problems.Add(new Problem(Problems.AttributeWithoutEffect, property.Name, shown).At(location));
            return;
        }

        var isAutomatic = syntax.AccessorList?.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null) ?? false;
        var isOpen = property is { IsStatic: false, DeclaredAccessibility: Accessibility.Public, GetMethod: not null }
            && property.SetMethod is { IsInitOnly: false, DeclaredAccessibility: Accessibility.Public };
        if (isAutomatic && isOpen && !property.IsPartialDefinition && !KnownTypes.Has(property, KnownTypes.NotSyncedAttribute))
        {
            _problems.Add(new Problem(Problems.PropertyNotPartial, property.Name).At(location));
        }
    }

    private void FindTakenCounters(List<PropertySpec> properties)
    {
        foreach (var counter in properties.Where(property => property.Kind is PropertyKind.AtomicCounter or PropertyKind.WideCounter))
        {
            var taken = FindTakenMember("Increment" + counter.Name, $"rename it, or the counter '{counter.Name}'");
            if (taken is not null) _problems.Add(taken.At(_syntax.Identifier.GetLocation()));
        }
    }

    private void FindSecondPlace(List<PropertySpec> properties)
    {
        var places = properties.Where(property => property.Kind == PropertyKind.Wide && property.Type == "global::" + KnownTypes.OrderKey).ToList();
        foreach (var second in places.Skip(1))
        {
            _problems.Add(new Problem(Problems.TwoPlaces, second.Name, places[0].Name).At(_type.GetMembers(second.Name)[0].Locations[0]));
        }
    }

    private void FindSharedFields(List<PropertySpec> properties)
    {
        var fields = properties.Where(property => property.Field.Length > 0).ToList();
        var owners = new Dictionary<string, string>();
        foreach (var property in fields)
        {
            if (owners.TryGetValue(property.Field, out var other)) ReportShared(property, other, property.Field);
            else owners[property.Field] = property.Name;
        }
        foreach (var property in fields)
        {
            foreach (var name in property.FormerNames)
            {
                if (owners.TryGetValue(name, out var other)) ReportShared(property, other, name);
            }
        }
    }

    private void ReportShared(PropertySpec property, string other, string field) => _problems.Add(
        new Problem(Problems.SameField, property.Name, other, field).At(_type.GetMembers(property.Name)[0].Locations[0]));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Runnel.Client.Generators;

/// <summary>Reads a partial property of a model: how to implement it, or what is wrong.</summary>
internal sealed class PropertyReader(IPropertySymbol property, PropertyDeclarationSyntax syntax, FormReader forms)
{
    private const string BuildsOnField = "its changes build on what stands in the field; keep the field's old name with [Field(\"…\")] instead";

    private static readonly (string One, string Other, string Reason)[] Contradictions =
    [
        (KnownTypes.KeyAttribute, KnownTypes.CounterAttribute, "an id is no field"),
        (KnownTypes.KeyAttribute, KnownTypes.SetOfAttribute, "an id is no field"),
        (KnownTypes.KeyAttribute, KnownTypes.FieldAttribute, "an id is no field"),
        (KnownTypes.KeyAttribute, KnownTypes.WasNamedAttribute, "an id is no field"),
        (KnownTypes.CounterAttribute, KnownTypes.SetOfAttribute, "it is one or the other"),
        (KnownTypes.CounterAttribute, KnownTypes.WasNamedAttribute, BuildsOnField),
        (KnownTypes.SetOfAttribute, KnownTypes.WasNamedAttribute, BuildsOnField),
    ];

    private readonly List<DiagnosticInfo> _problems = [];

    public IReadOnlyList<DiagnosticInfo> Problems => _problems;

    private string Name => property.Name;

    public PropertySpec Read()
    {
        if (Reject()) return Make(PropertyKind.Broken);
        if (KnownTypes.Has(property, KnownTypes.KeyAttribute)) return ReadKey();
        var spec = KnownTypes.Has(property, KnownTypes.SetOfAttribute) ? ReadSet() : ReadValue();
        if (spec.Kind == PropertyKind.Broken) return spec;
        return spec with { Field = ReadFieldName(), FormerNames = ReadFormerNames() };
    }

    private bool Reject()
    {
        if (property.IsStatic) Report(Generators.Problems.NoField, Name, "static");
        else if (property.RefKind != RefKind.None) Report(Generators.Problems.NoField, Name, "a reference");
        if (property.IsRequired) Report(Generators.Problems.Required, Name);
        if (KnownTypes.Has(property, KnownTypes.NotSyncedAttribute))
        {
            Report(Generators.Problems.Contradiction, Name, "[NotSynced]", "'partial'", "only synced properties are implemented for you");
        }
        foreach (var (one, other, reason) in Contradictions)
        {
            if (!KnownTypes.Has(property, one) || !KnownTypes.Has(property, other)) continue;
            Report(Generators.Problems.Contradiction, Name, ShowAttribute(one), ShowAttribute(other), reason);
            break;
        }
        return _problems.Count > 0;
    }

    private PropertySpec ReadKey()
    {
        var shown = FormReader.Show(property.Type);
        if (property.Type.SpecialType == SpecialType.System_String)
        {
            return Make(property.NullableAnnotation == NullableAnnotation.NotAnnotated ? PropertyKind.TextKey : PropertyKind.NullableTextKey);
        }
        if (KnownTypes.NameOf(property.Type) == "System.Guid") return Make(PropertyKind.GuidKey);
        return Refuse(Generators.Problems.KeyType, Name, shown);
    }

    private PropertySpec ReadSet()
    {
        var shown = FormReader.Show(property.Type);
        if (property.Type is not INamedTypeSymbol { TypeArguments.Length: 1 } type || property.NullableAnnotation == NullableAnnotation.Annotated
            || KnownTypes.NameOf(type) is not ("System.Collections.Generic.ISet<T>" or KnownTypes.SyncedSet))
        {
            return Refuse(Generators.Problems.SetType, Name, shown);
        }
        if (property.SetMethod is not null) return Refuse(Generators.Problems.SetHasSetter, Name);

        var element = type.TypeArguments[0];
        var mayBeNull = element.NullableAnnotation == NullableAnnotation.Annotated;
        if (mayBeNull || forms.ReadPresent(element, Name) is not { Storage: not PropertyKind.Whole } form)
        {
            return Refuse(Generators.Problems.SetElement, Name, FormReader.Show(element));
        }
        return Make(PropertyKind.Set) with { Form = form.Expression, Element = element.ToDisplayString(KnownTypes.InFull) };
    }

    private PropertySpec ReadValue()
    {
        if (property.GetMethod is null) return Refuse(Generators.Problems.NeedsGetAndSet, Name, "has no getter");
        if (property.SetMethod is null) return Refuse(Generators.Problems.NeedsGetAndSet, Name, "has no setter");
        if (property.SetMethod.IsInitOnly) return Refuse(Generators.Problems.NeedsGetAndSet, Name, "is init-only");
        if (KnownTypes.Has(property, KnownTypes.CounterAttribute) && !IsCountable(property.Type))
        {
            return Refuse(Generators.Problems.CounterType, Name, FormReader.Show(property.Type));
        }
        if (property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } optional
            && KnownTypes.NameOf(optional.TypeArguments[0]) == KnownTypes.OrderKey)
        {
            return Refuse(Generators.Problems.PlaceIsNullable, Name);
        }
        if (forms.Read(property.Type, Name) is not { } form)
        {
            if (forms.Problem is { } problem) _problems.Add(problem.At(syntax.Identifier.GetLocation()));
            return Make(PropertyKind.Broken);
        }

        if (CopyAdvice.For(property.Type, form) is { } advice) Report(Generators.Problems.ReadsAsCopy, Name, advice);
        var kind = !KnownTypes.Has(property, KnownTypes.CounterAttribute) ? form.Storage
            : form.Storage == PropertyKind.Wide ? PropertyKind.WideCounter : PropertyKind.AtomicCounter;
        return Make(kind) with { Form = form.Expression, Initial = form.Initial, MethodModifiers = CounterModifiers() };
    }

    private string ReadFieldName()
    {
        var given = KnownTypes.AttributesOf(property, KnownTypes.FieldAttribute).Select(KnownTypes.TextOf).FirstOrDefault();
        var name = given ?? Names.CamelCase(Name);
        if (!Names.IsValid(name)) Report(Generators.Problems.InvalidName, name, "field", "Field");
        return name;
    }

    private EquatableArray<string> ReadFormerNames()
    {
        var names = KnownTypes.AttributesOf(property, KnownTypes.WasNamedAttribute).Select(data => KnownTypes.TextOf(data) ?? "").ToImmutableArray();
        foreach (var name in names)
        {
            if (!Names.IsValid(name)) Report(Generators.Problems.InvalidName, name, "field", "WasNamed");
        }
        return new EquatableArray<string>(names);
    }

    private static bool IsCountable(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    private string CounterModifiers()
    {
        var setter = Accessor(isGetter: false)?.Modifiers;
        var modifiers = setter is { Count: > 0 } given ? given : syntax.Modifiers;
        return string.Join(" ", modifiers.Select(modifier => modifier.Text).Where(text => text is "public" or "protected" or "internal" or "private"));
    }

    private PropertySpec Refuse(DiagnosticDescriptor descriptor, params string[] arguments)
    {
        Report(descriptor, arguments);
        return Make(PropertyKind.Broken);
    }

    private void Report(DiagnosticDescriptor descriptor, params string[] arguments) =>
        _problems.Add(DiagnosticInfo.Create(descriptor, syntax.Identifier.GetLocation(), arguments));

    private PropertySpec Make(PropertyKind kind)
    {
        var type = FormReader.ShowInFull(property.Type);
        var reference = property.RefKind switch { RefKind.Ref => "ref ", RefKind.RefReadOnly => "ref readonly ", _ => "" };
        var modifiers = string.Join(" ", syntax.Modifiers.Select(modifier => modifier.Text));
        return new PropertySpec(
            Name, $"{modifiers} {reference}{type} {Names.Escape(Name)}", ShowAccessor(Accessor(isGetter: true)), ShowAccessor(Accessor(isGetter: false)), type, kind);
    }

    private AccessorDeclarationSyntax? Accessor(bool isGetter) =>
        syntax.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.Keyword.Text == "get" == isGetter);

    private static string ShowAccessor(AccessorDeclarationSyntax? accessor) =>
        accessor is null ? "" : string.Join(" ", accessor.Modifiers.Select(modifier => modifier.Text).Append(accessor.Keyword.Text));

    private static string ShowAttribute(string name) => $"[{name.Split('.').Last().Replace("Attribute", "")}]";
}

using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>Finds the forms in which the types of a model's properties travel. The first problem ends the search.</summary>
internal sealed class FormReader(INamedTypeSymbol model, Compilation compilation)
{
    private static readonly Dictionary<string, Form> Scalars = new()
    {
        ["System.String"] = Form.Scalar("String") with { Initial = "\"\"" },
        ["System.Boolean"] = Form.Scalar("Boolean"),
        ["System.Char"] = Form.Scalar("Char"),
        ["System.SByte"] = Form.Scalar("Integer<sbyte>()"),
        ["System.Byte"] = Form.Scalar("Integer<byte>()"),
        ["System.Int16"] = Form.Scalar("Integer<short>()"),
        ["System.UInt16"] = Form.Scalar("Integer<ushort>()"),
        ["System.Int32"] = Form.Scalar("Integer<int>()"),
        ["System.UInt32"] = Form.Scalar("Integer<uint>()"),
        ["System.Int64"] = Form.Scalar("Integer<long>()", isWide: true),
        ["System.UInt64"] = Form.Scalar("Integer<ulong>()", isWide: true),
        ["System.Int128"] = Form.Scalar("Integer<global::System.Int128>()", isWide: true),
        ["System.UInt128"] = Form.Scalar("Integer<global::System.UInt128>()", isWide: true),
        ["System.Half"] = Form.Scalar("Float<global::System.Half>()", isWide: true),
        ["System.Single"] = Form.Scalar("Float<float>()"),
        ["System.Double"] = Form.Scalar("Float<double>()", isWide: true),
        ["System.Decimal"] = Form.Scalar("Decimal", isWide: true),
        ["System.Guid"] = Form.Scalar("Guid", isWide: true),
        ["System.DateOnly"] = Form.Scalar("DateOnly", isWide: true),
        ["System.TimeOnly"] = Form.Scalar("TimeOnly", isWide: true),
        ["System.TimeSpan"] = Form.Scalar("TimeSpan", isWide: true),
        ["System.DateTime"] = Form.Scalar("DateTime", isWide: true),
        ["System.DateTimeOffset"] = Form.Scalar("DateTimeOffset", isWide: true),
        ["System.Uri"] = Form.Scalar("Uri"),
        [KnownTypes.OrderKey] = Form.Scalar("OrderKey", isWide: true),
    };

    private static readonly Dictionary<string, string> Lists = new()
    {
        ["System.Collections.Generic.List<T>"] = "List",
        ["System.Collections.Generic.IReadOnlyList<T>"] = "ReadOnlyList",
        ["System.Collections.Immutable.ImmutableArray<T>"] = "ImmutableArray",
    };

    private readonly Dictionary<ITypeSymbol, Form> _declared = new(SymbolEqualityComparer.IncludeNullability);
    private readonly List<ITypeSymbol> _open = [];
    private readonly List<string> _declarations = [];
    private readonly HashSet<string> _names = [];

    /// <summary>What stopped a search; <c>null</c> if it was nothing but what the compiler says itself.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>The static fields that the found forms refer to.</summary>
    public IReadOnlyList<string> Declarations => _declarations;

    /// <summary>Finds the form of a property's type; <c>null</c> and a <see cref="Problem"/> for none.</summary>
    public Form? Read(ITypeSymbol type, string subject)
    {
        if (type.IsValueType) return ReadPresent(type, subject);
        var form = ReadPresent(type, subject);
        if (form is null) return null;
        if (type.NullableAnnotation != NullableAnnotation.NotAnnotated)
        {
            return form with { Expression = Form.Of($"OrNull({form.Expression})"), Initial = "" };
        }
        return HasDefault(type) ? form : Stop(Problems.NeedsNull, subject, Show(type));
    }

    /// <summary>Notes what is wrong and ends the search.</summary>
    public Form? Stop(DiagnosticDescriptor descriptor, params string[] arguments)
    {
        Problem = new Problem(descriptor, arguments);
        return null;
    }

    public static string Show(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    public bool IsAccessible(ISymbol symbol) => compilation.IsSymbolAccessibleWithin(symbol, model);

    /// <summary>Text and lists begin empty; every other class has no value that stands for "not there".</summary>
    private static bool HasDefault(ITypeSymbol type) =>
        type.SpecialType == SpecialType.System_String || type is IArrayTypeSymbol || Lists.ContainsKey(KnownTypes.NameOf(type));

    /// <summary>Finds the form of a type's values that are not <c>null</c>.</summary>
    public Form? ReadPresent(ITypeSymbol type, string subject)
    {
        if (Scalars.TryGetValue(KnownTypes.NameOf(type), out var scalar)) return scalar;
        return type switch
        {
            IErrorTypeSymbol => null,   // the compiler says so
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Byte, Rank: 1 } => new Form(Form.Of("Bytes"), PropertyKind.Whole, IsImmutable: false),
            IArrayTypeSymbol { Rank: 1 } array => ReadList("Array", array.ElementType, subject, isMutable: true),
            INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => ReadNullable(nullable.TypeArguments[0], subject),
            INamedTypeSymbol { TypeKind: TypeKind.Enum } enumeration => ReadEnum(enumeration),
            INamedTypeSymbol named when Lists.TryGetValue(KnownTypes.NameOf(named), out var list) =>
                ReadList(list, named.TypeArguments[0], subject, isMutable: list == "List"),
            INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, IsTupleType: false } named => ReadObject(named, subject),
            _ => Stop(Problems.UnsupportedType, subject, UnsupportedTypes.Explain(type)),
        };
    }

    private Form? ReadNullable(ITypeSymbol type, string subject)
    {
        if (ReadPresent(type, subject) is not { } form) return null;
        var storage = form.Storage == PropertyKind.Whole ? PropertyKind.Whole : PropertyKind.Wide;
        return new Form(Form.Of($"Nullable({form.Expression})"), storage, form.IsImmutable);
    }

    private Form? ReadList(string list, ITypeSymbol element, string subject, bool isMutable)
    {
        if (ReadPresent(element, subject) is not { } form) return null;
        var mayBeNull = !element.IsValueType && element.NullableAnnotation == NullableAnnotation.Annotated;
        var expression = mayBeNull ? Form.Of($"OrNull({form.Expression})") : form.Expression;
        return new Form(Form.Of($"{list}({expression})"), PropertyKind.Whole, form.IsImmutable && !isMutable);
    }

    private Form? ReadEnum(INamedTypeSymbol type)
    {
        if (_declared.TryGetValue(type, out var known)) return known;

        var number = type.EnumUnderlyingType!;
        var full = type.ToDisplayString(KnownTypes.InFull);
        var arguments = new List<string> { $"static value => ({number})value", $"static number => ({full})number" };
        var isFlags = type.GetAttributes().Any(data => data.AttributeClass is { } attribute && KnownTypes.NameOf(attribute) == "System.FlagsAttribute");
        if (!isFlags)
        {
            arguments.AddRange(type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue)
                .Select(field => $"(\"{field.Name}\", {full}.{Names.Escape(field.Name)})"));
        }
        var name = Declare(
            $"{Form.Namespace}JsonForm<{full}>", $"{type.Name}Form", $"{Form.Of($"Enum<{full}, {number}>")}(\n        {string.Join(",\n        ", arguments)})");
        var isWide = number.SpecialType is SpecialType.System_Int64 or SpecialType.System_UInt64;
        return _declared[type] = new Form(name, isWide ? PropertyKind.Wide : PropertyKind.Atomic);
    }

    private Form? ReadObject(INamedTypeSymbol given, string subject)
    {
        var type = (INamedTypeSymbol)given.WithNullableAnnotation(NullableAnnotation.NotAnnotated);
        if (_declared.TryGetValue(type, out var known)) return known;
        if (_open.Contains(type, SymbolEqualityComparer.Default)) return Stop(Problems.Recursive, subject, Show(type));
        if (UnsupportedTypes.ExplainObject(type) is { } reason) return Stop(Problems.UnsupportedType, subject, reason);

        _open.Add(type);
        var shape = NestedShape.Read(type, this);
        var form = shape is null ? Stop(Problems.UnsupportedType, subject, UnsupportedTypes.NoShape(type)) : ReadMembers(type, shape);
        _open.RemoveAt(_open.Count - 1);
        return form is null ? null : _declared[type] = form;
    }

    private Form? ReadMembers(INamedTypeSymbol type, NestedShape shape)
    {
        var full = type.ToDisplayString(KnownTypes.InFull);
        var taken = new Dictionary<string, string>();
        var members = new List<(IPropertySymbol Property, string Name, Form Form)>();
        foreach (var property in shape.Properties)
        {
            var subject = $"{Show(type)}.{property.Name}";
            var given = KnownTypes.AttributesOf(property, KnownTypes.FieldAttribute).Select(KnownTypes.TextOf).FirstOrDefault();
            var name = given ?? Names.CamelCase(property.Name);
            if (given is not null && !Names.IsValid(given)) return Stop(Problems.InvalidName, given, "member", "Field");
            if (taken.TryGetValue(name, out var other)) return Stop(Problems.SameField, subject, other, name);
            taken[name] = subject;
            if (Read(property.Type, subject) is not { } form) return null;
            members.Add((property, name, form));
        }

        var declared = members.ToDictionary(
            member => member.Property,
            member => Declare(
                $"{Form.Namespace}ObjectMember<{full}, {ShowInFull(member.Property.Type)}>", $"{type.Name}{member.Property.Name}Member",
                $"new(\"{member.Name}\", {member.Form.Expression}, static owner => owner.{Names.Escape(member.Property.Name)})"),
            (IEqualityComparer<IPropertySymbol>)SymbolEqualityComparer.Default);
        var arguments = shape.Arguments.Select(property => $"values.Read({declared[property]})");
        var setters = shape.Setters.Select(property => $"{Names.Escape(property.Name)} = values.Read({declared[property]})").ToList();
        var isImmutable = !shape.IsMutable && members.All(member => member.Form.IsImmutable);
        var parts = new List<string>
        {
            isImmutable ? "true" : "false",
            $"static values => new {full}({string.Join(", ", arguments)}){(setters.Count == 0 ? "" : $" {{ {string.Join(", ", setters)} }}")}",
            string.Join(", ", members.Select(member => declared[member.Property])),
        };
        var expression = Declare($"{Form.Namespace}ObjectForm<{full}>", $"{type.Name}Form", $"new(\n        {string.Join(",\n        ", parts)})");
        return new Form(expression, PropertyKind.Whole, isImmutable);
    }

    /// <summary>A type in full; a class from code without nullability may be <c>null</c>.</summary>
    public static string ShowInFull(ITypeSymbol type)
    {
        var mayBeNull = !type.IsValueType && type.NullableAnnotation == NullableAnnotation.None;
        return (mayBeNull ? type.WithNullableAnnotation(NullableAnnotation.Annotated) : type).ToDisplayString(KnownTypes.InFull);
    }

    private string Declare(string type, string name, string expression)
    {
        if (!_names.Add(name)) _names.Add(name += _declarations.Count);   // types of one name in several namespaces
        _declarations.Add($"private static readonly {type} {name} = {expression};");
        return name;
    }
}

using Microsoft.CodeAnalysis;

namespace Runnel.Client.Generators;

/// <summary>What can be wrong with a model: each says how to mend it. Ids are never used again; docs/diagnostics.md explains them.</summary>
internal static class Problems
{
    private const string Category = "Runnel.Models";
    private const string Help = "docs/diagnostics.md#";

    public static readonly DiagnosticDescriptor ClassNotPartial = Error("RUN0001",
        "A model class is partial",
        "'{0}' is not partial, so its properties cannot be implemented: declare it 'partial class {0}'");

    public static readonly DiagnosticDescriptor NotAClass = Error("RUN0002",
        "A model is a class",
        "'{0}' is {1}; a model has an identity that many threads share: declare it 'partial class {0}'");

    public static readonly DiagnosticDescriptor Nested = Error("RUN0003",
        "A model class is not nested",
        "'{0}' is {1}: move it to the top level of its namespace, public or internal");

    public static readonly DiagnosticDescriptor Generic = Error("RUN0004",
        "A model class is not generic",
        "'{0}' is generic, but a collection holds objects of one kind: declare a class for each kind");

    public static readonly DiagnosticDescriptor NotConstructible = Error("RUN0005",
        "A model class can be made",
        "'{0}' is {1}, but objects are also made of what other devices send: remove '{1}'");

    public static readonly DiagnosticDescriptor BaseClass = Error("RUN0006",
        "A model class has no base class",
        "'{0}' derives from '{1}', whose properties would not be synced: derive from nothing, and share code through interfaces and extensions");

    public static readonly DiagnosticDescriptor NoParameterlessConstructor = Error("RUN0007",
        "A model class has a constructor without parameters",
        "'{0}' has no constructor without parameters, but objects are also made of what other devices send: add one, it may be private");

    public static readonly DiagnosticDescriptor PropertyNotPartial = Warning("RUN0008",
        "A property of a model is not synced",
        "'{0}' is not partial, so it stays on this device: declare it partial to sync it, or mark it [NotSynced] to say that it is meant so");

    public static readonly DiagnosticDescriptor AttributeWithoutEffect = Error("RUN0009",
        "An attribute has no effect",
        "[{1}] has no effect on '{0}', which is not implemented by Runnel: declare it 'partial' without an implementation, or remove [{1}]");

    public static readonly DiagnosticDescriptor NoField = Error("RUN0010",
        "A synced property belongs to an object",
        "'{0}' is {1} and cannot be a field of an object: remove 'partial' and implement it, or make it a plain property");

    public static readonly DiagnosticDescriptor NeedsGetAndSet = Error("RUN0011",
        "A synced property can be read and set",
        "'{0}' {1}, but other devices change it too: declare it '{{ get; set; }}' (the setter may be private)");

    public static readonly DiagnosticDescriptor Required = Error("RUN0012",
        "A synced property is not required",
        "'{0}' is required, but objects are also made of what other devices send, which may lack it: remove 'required'");

    public static readonly DiagnosticDescriptor UnsupportedType = Error("RUN0013",
        "A type that cannot be synced",
        "'{0}' cannot be synced: {1}");

    public static readonly DiagnosticDescriptor NeedsNull = Error("RUN0014",
        "A type without a default is nullable",
        "'{0}' may be absent, and '{1}' has no value for that: declare it '{1}?'");

    public static readonly DiagnosticDescriptor CounterType = Error("RUN0015",
        "A counter is a whole number",
        "[Counter] '{0}' is of type '{1}': use sbyte, byte, short, ushort, int, uint, long or ulong, not nullable");

    public static readonly DiagnosticDescriptor SetType = Error("RUN0016",
        "A live set is a set",
        "[SetOf] '{0}' is of type '{1}': declare it ISet<T> or SyncedSet<T>, not nullable");

    public static readonly DiagnosticDescriptor SetElement = Error("RUN0017",
        "The elements of a live set are scalars",
        "[SetOf] '{0}' has elements of type '{1}', but sets hold strings, numbers, booleans, enums, dates, times, Guid or Uri, none of them nullable: " +
        "make the elements objects of a collection, and hold their ids");

    public static readonly DiagnosticDescriptor SetHasSetter = Error("RUN0018",
        "A live set is changed, not replaced",
        "[SetOf] '{0}' has a setter, which would lose concurrent additions: declare it '{{ get; }}' and use Add, Remove, Clear or SetTo");

    public static readonly DiagnosticDescriptor SameField = Error("RUN0019",
        "Two properties read one field",
        "'{0}' and '{1}' both read the field '{2}': give one of them a name of its own with [Field(\"…\")], or remove [WasNamed]");

    public static readonly DiagnosticDescriptor InvalidName = Error("RUN0020",
        "A name that the protocol does not take",
        "'{0}' is no name for a {1}: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _; give another with [{2}(\"…\")]");

    public static readonly DiagnosticDescriptor KeyType = Error("RUN0021",
        "A key is text or a UUID",
        "[Key] '{0}' is of type '{1}': declare it string or Guid");

    public static readonly DiagnosticDescriptor TwoKeys = Error("RUN0022",
        "An object has one key",
        "'{0}' is a second [Key] beside '{1}': keep one");

    public static readonly DiagnosticDescriptor Contradiction = Error("RUN0023",
        "Attributes that exclude each other",
        "'{0}' has both {1} and {2}: {3}");

    public static readonly DiagnosticDescriptor Recursive = Error("RUN0024",
        "A nested object does not contain itself",
        "'{0}' contains '{1}' within itself, but is written as one value: make '{1}' a model with a collection of its own, and hold its id");

    public static readonly DiagnosticDescriptor ReadsAsCopy = new("RUN0025",
        "A value is read as a copy",
        "'{0}' reads as a copy: changing it in place changes nothing, only setting '{0}' does. '{1}' would say so.",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Help + "run0025");

    public static readonly DiagnosticDescriptor MemberTaken = Error("RUN0026",
        "A member that is generated exists",
        "'{0}' declares '{1}', which is generated: {2}");

    public static readonly DiagnosticDescriptor TwoPlaces = Error("RUN0027",
        "An object has one place",
        "'{0}' is a second OrderKey beside '{1}', and Move would not know which to set: keep one");

    public static readonly DiagnosticDescriptor PlaceIsNullable = Error("RUN0028",
        "A place is not nullable",
        "'{0}' is of type 'OrderKey?', but a place that was never given is OrderKey.None: declare it 'OrderKey'");

    /// <summary>All of them, in the order of their ids.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        ClassNotPartial, NotAClass, Nested, Generic, NotConstructible, BaseClass, NoParameterlessConstructor, PropertyNotPartial,
        AttributeWithoutEffect, NoField, NeedsGetAndSet, Required, UnsupportedType, NeedsNull, CounterType, SetType, SetElement,
        SetHasSetter, SameField, InvalidName, KeyType, TwoKeys, Contradiction, Recursive, ReadsAsCopy, MemberTaken,
        TwoPlaces, PlaceIsNullable,
    ];

    private static DiagnosticDescriptor Error(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Make(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Make(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: Help + id.ToLowerInvariant());
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Runnel;

/// <summary>One field of an event and what is done to it.</summary>
/// <param name="Name">The field.</param>
/// <param name="Delta">What is done to it.</param>
public readonly record struct FieldChange(FieldName Name, Delta Delta);

/// <summary>The fields of an event, sorted by name, each at most once. Never changes.</summary>
public sealed class EventFields : IEquatable<EventFields>
{
    /// <summary>
    /// How deep arrays and objects may nest in the fields, themselves included: the messages and documents that carry them stay
    /// within the 64 levels that JSON readers commonly accept.
    /// </summary>
    public const int MaxDepth = CanonicalJson.MaxDepth - 8;

    private static readonly string TooDeep = $"Arrays and objects nest at most {MaxDepth} deep in the fields of an event.";

    private EventFields(FieldChange[] changes, CanonicalJson wire)
    {
        Changes = changes;
        Wire = wire;
    }

    /// <summary>No fields.</summary>
    public static EventFields Empty { get; } = Create([]);

    /// <summary>The changes, sorted by field name.</summary>
    public IReadOnlyList<FieldChange> Changes { get; }

    /// <summary>The fields as events carry them: a canonical JSON object.</summary>
    public CanonicalJson Wire { get; }

    /// <summary>How many fields are named.</summary>
    public int Count => Changes.Count;

    /// <summary>Puts changes together.</summary>
    /// <exception cref="FormatException">A field is named twice, or values nest deeper than <see cref="MaxDepth"/> allows.</exception>
    public static EventFields Create(IEnumerable<FieldChange> changes)
    {
        FieldChange[] sorted = [.. changes.OrderBy(change => change.Name)];
        var wire = CanonicalJson.FromObject(sorted.Select(change => KeyValuePair.Create(change.Name.Value, change.Delta.Wire)));
        return wire.NestsWithin(MaxDepth) ? new EventFields(sorted, wire) : throw new FormatException(TooDeep);
    }

    /// <summary>Reads the <c>fields</c> of an event, or says in <paramref name="error"/> what is wrong with them.</summary>
    public static bool TryParse(CanonicalJson wire, [NotNullWhen(true)] out EventFields? fields, [NotNullWhen(false)] out string? error)
    {
        fields = null;
        if (wire.Kind != JsonValueKind.Object)
        {
            error = "The fields of an event are a JSON object.";
            return false;
        }
        if (!wire.NestsWithin(MaxDepth))
        {
            error = TooDeep;
            return false;
        }

        var members = wire.Members();
        var changes = new FieldChange[members.Count];
        var asWritten = true;
        for (var i = 0; i < changes.Length; i++)
        {
            var (key, value) = members[i];
            if (!FieldName.TryParse(key, out var name))
            {
                error = $"\"{Excerpt.Of(key)}\" is no field name: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _.";
                return false;
            }
            if (!Delta.TryParse(value, out var delta, out error)) return false;
            asWritten &= delta.Wire == value;
            changes[i] = new FieldChange(name, delta);
        }
        // Field names are ASCII, so the canonical order of the object is the order by name already.
        fields = asWritten ? new EventFields(changes, wire) : Create(changes);
        error = null;
        return true;
    }

    /// <summary>Whether both do the same to the same fields.</summary>
    public bool Equals(EventFields? other) => other is not null && Wire == other.Wire;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EventFields);

    /// <inheritdoc/>
    public override int GetHashCode() => Wire.GetHashCode();

    /// <summary>The fields as canonical JSON.</summary>
    public override string ToString() => Wire.ToString();
}

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
    /// <exception cref="FormatException">A field is named twice.</exception>
    public static EventFields Create(IEnumerable<FieldChange> changes)
    {
        FieldChange[] sorted = [.. changes.OrderBy(change => change.Name)];
        var wire = CanonicalJson.FromObject(sorted.Select(change => KeyValuePair.Create(change.Name.Value, change.Delta.Wire)));
        return new EventFields(sorted, wire);
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

        var changes = new List<FieldChange>();
        var asWritten = true;
        foreach (var (key, value) in wire.Members())
        {
            if (!FieldName.TryParse(key, out var name))
            {
                error = $"\"{key}\" is no field name: 1-64 characters of A-Z a-z 0-9 . _ -, beginning with a letter or _.";
                return false;
            }
            if (!Delta.TryParse(value, out var delta, out error)) return false;
            asWritten &= delta.Wire == value;
            changes.Add(new FieldChange(name, delta));
        }
        // Field names are ASCII, so the canonical order of the object is the order by name already.
        fields = asWritten ? new EventFields([.. changes], wire) : Create(changes);
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

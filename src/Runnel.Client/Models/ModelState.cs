using System.ComponentModel;
using System.Diagnostics;

namespace Runnel.Client.Models;

/// <summary>
/// What a model object holds beside its fields: its tie to a collection, its listeners, and what it could not read. For generated
/// code. Safe for use by many threads.
/// </summary>
/// <remarks>
/// Edits of an attached object happen under the gate of its owner, those of a detached one under the lock of this state; stores
/// always also under the latter, which readers of wide values take. The gate comes first.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ModelState
{
    // The state is its own lock: there is one for each object, and nobody else gets hold of it.
    private Dictionary<ModelField, CanonicalJson>? _unread;
    private volatile ModelLink? _link;
    private volatile string? _id;

    /// <summary>The listeners to the object's properties.</summary>
    public event PropertyChangedEventHandler? PropertyChanged;

    /// <summary>The tie to the object's collection; <c>null</c> while it is in none.</summary>
    internal ModelLink? Link => _link;

    /// <summary>The id in the object's present or last collection, else the one that was chosen; <c>null</c> for none.</summary>
    internal string? Id => _id;

    /// <summary>Reads a value that the processor may not read in one go.</summary>
    public T Read<T>(ref readonly T field)
    {
        lock (this) return field;
    }

    /// <summary>The id as text; <c>null</c> while there is none.</summary>
    public string? GetId() => _id;

    /// <summary>The id as a UUID; <see cref="Guid.Empty"/> while there is none, or where it is no UUID.</summary>
    public Guid GetGuidId() => Guid.TryParseExact(_id, "D", out var id) ? id : Guid.Empty;

    /// <summary>Chooses the id that the object will have in its collection; <c>null</c> or empty for a new UUIDv7.</summary>
    /// <exception cref="FormatException"><paramref name="id"/> is no valid id.</exception>
    /// <exception cref="InvalidOperationException">The object is in a collection and has another id there.</exception>
    public void SetId(ISynced model, string property, string? id)
    {
        id = string.IsNullOrEmpty(id) ? null : ObjectId.Parse(id).Value;
        using (var edit = Edit())
        {
            if (id == _id) return;
            if (edit.Link is { } link) throw new InvalidOperationException($"{link.Key} is in a collection; its id cannot become '{id}'.");
            _id = id;
        }
        Raise(model, new PropertyChangedEventArgs(property));
    }

    /// <summary>Chooses the id that the object will have in its collection; <see cref="Guid.Empty"/> for a new UUIDv7.</summary>
    /// <exception cref="InvalidOperationException">The object is in a collection and has another id there.</exception>
    public void SetId(ISynced model, string property, Guid id) => SetId(model, property, id == Guid.Empty ? null : id.ToString("D"));

    /// <summary>Begins an edit: under the gate of the object's owner or, while it has none, under this state's lock.</summary>
    internal ModelEdit Edit()
    {
        while (true)
        {
            var link = _link;
            if (link is null) Monitor.Enter(this);
            else link.Gate.Enter();
            var edit = new ModelEdit(this, link);
            if (_link == link) return edit;
            edit.Dispose();   // attached or detached meanwhile
        }
    }

    /// <summary>Ends what <see cref="Edit"/> began.</summary>
    internal void EndEdit(ModelLink? link)
    {
        if (link is null) Monitor.Exit(this);
        else link.Gate.Exit();
    }

    /// <summary>Ties the object to its owner, whose gate is held.</summary>
    /// <exception cref="InvalidOperationException">The object has an owner.</exception>
    internal void Attach(ModelLink link)
    {
        Debug.Assert(link.Gate.IsHeldByCurrentThread);
        lock (this)
        {
            if (_link is { } other) throw new InvalidOperationException($"The object is in a collection already, as {other.Key}.");
            _id = link.Key.Id.Value;
            _link = link;
        }
    }

    /// <summary>Makes the object a plain one again, which keeps its values and its id; the owner's gate is held.</summary>
    internal void Detach()
    {
        Debug.Assert(_link is null || _link.Gate.IsHeldByCurrentThread);
        lock (this) _link = null;
    }

    /// <summary>Keeps what <paramref name="field"/> could not read, or forgets it (<c>null</c>); under this state's lock.</summary>
    internal void KeepUnread(ModelField field, CanonicalJson? value)
    {
        if (value is { } unread) (_unread ??= [])[field] = unread;
        else _unread?.Remove(field);
    }

    /// <summary>What <paramref name="field"/> could not read, if its value was such; under this state's lock.</summary>
    internal CanonicalJson? Unread(ModelField field) => _unread is not null && _unread.TryGetValue(field, out var value) ? value : null;

    internal void Raise(ISynced model, PropertyChangedEventArgs change) => PropertyChanged?.Invoke(model, change);
}

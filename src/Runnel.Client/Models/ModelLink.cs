namespace Runnel.Client.Models;

/// <summary>
/// Ties an object to the collection that owns it: the way of its edits outwards. The owner derives from it to keep what it knows of
/// the object. The way inwards is <see cref="ModelField{TModel}.Apply"/>.
/// </summary>
/// <param name="key">The object.</param>
/// <param name="gate">The lock under which the owner's objects are edited and applied to; the same for all of them.</param>
internal abstract class ModelLink(ObjectKey key, Lock gate)
{
    /// <summary>The object.</summary>
    public ObjectKey Key { get; } = key;

    /// <summary>The stream of the owner; <c>null</c> for an owner that has none.</summary>
    public virtual SyncedStream? Stream => null;

    /// <summary>Held while an edit is written and stored, and by the owner while it applies, attaches or detaches. Taken before any other lock of a model.</summary>
    public Lock Gate { get; } = gate;

    /// <summary>
    /// Takes one edit, the smallest delta that says it; the gate is held. The property reads its new value as soon as this returns;
    /// if it throws, the edit was never made and the exception reaches whoever set the property.
    /// </summary>
    public abstract void Write(ModelField field, Delta delta);

    /// <summary>
    /// Whether concurrent values stand beside the one that <paramref name="field"/> reads; the gate is held. Then setting the property to what it
    /// reads is an edit too: it settles them.
    /// </summary>
    public virtual bool HasSiblings(ModelField field) => false;

    /// <summary>
    /// Tells that an edit changed what <paramref name="field"/> reads; on the thread that made it, after the gate was left (unless that thread
    /// holds it for longer). The owner may hand <see cref="ModelField.Raise"/> on to another thread.
    /// </summary>
    public virtual void Changed(ISynced model, ModelField field) => field.Raise(model);
}

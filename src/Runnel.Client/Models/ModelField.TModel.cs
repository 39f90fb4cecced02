using System.Diagnostics;

namespace Runnel.Client.Models;

/// <summary>A field of <typeparamref name="TModel"/>. Never changes.</summary>
/// <typeparam name="TModel">The model class.</typeparam>
public abstract class ModelField<TModel> : ModelField where TModel : class, ISynced<TModel>
{
    private protected ModelField(string name, string property, ReadOnlySpan<string> formerNames, ModelFieldKind kind)
        : base(name, property, formerNames, kind)
    {
    }

    /// <summary>
    /// Stores what the stream says: a value, or <c>null</c> for an absent field. What cannot be read is kept and reads as the type's default; nothing throws.
    /// </summary>
    /// <returns>Whether the property reads another value now: then <see cref="ModelField.Raise"/> is due, once the gate is left.</returns>
    /// <remarks>The gate of the object's owner is held, unless the object has no owner yet and nobody else knows it.</remarks>
    internal bool Apply(TModel model, CanonicalJson? value)
    {
        Debug.Assert(model.State.Link is not { } link || link.Gate.IsHeldByCurrentThread);
        return Store(model, value is { Kind: System.Text.Json.JsonValueKind.Null } ? null : value);
    }

    /// <summary>The field's value as an insert says it; <c>null</c> to leave it out. Under the lock of the object's state.</summary>
    internal abstract CanonicalJson? Write(TModel model);

    private protected abstract bool Store(TModel model, CanonicalJson? value);
}

using System.ComponentModel;
using Runnel.Client.Models.Forms;

namespace Runnel.Client.Models;

/// <summary>A field that is a live set. For generated code.</summary>
/// <typeparam name="TModel">The model class.</typeparam>
/// <typeparam name="TElement">The elements' type.</typeparam>
/// <param name="name">The field's name in events.</param>
/// <param name="property">The property's name in C#.</param>
/// <param name="form">How an element travels.</param>
/// <param name="get">Reads the object's storage; <c>null</c> while nobody needed the set.</param>
/// <param name="set">Writes the object's storage.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SetField<TModel, TElement>(
    string name, string property, JsonForm<TElement> form, Func<TModel, SyncedSet<TElement>?> get, Action<TModel, SyncedSet<TElement>> set)
    : ModelField<TModel>(name, property, [], ModelFieldKind.Set), ISetField where TModel : class, ISynced<TModel>
{
    /// <summary>The object's set: always the same one.</summary>
    public SyncedSet<TElement> Get(TModel model)
    {
        if (get(model) is { } made) return made;
        lock (model.State)
        {
            if (get(model) is null) set(model, new SyncedSet<TElement>(model, this, form));
            return get(model)!;
        }
    }

    void ISetField.Announce(ISynced model, ModelLink? link) => Announce(model, link);

    internal override void Raise(ISynced model)
    {
        base.Raise(model);
        get((TModel)model)?.RaiseReset();
    }

    internal override CanonicalJson? Write(TModel model) => model.State.Unread(this) ?? get(model)?.Write();

    private protected override bool Store(TModel model, CanonicalJson? value)
    {
        var isSet = value is null or { Kind: System.Text.Json.JsonValueKind.Array };
        lock (model.State) model.State.KeepUnread(this, isSet ? null : value);
        var elements = isSet ? value.GetValueOrDefault().Elements() : [];
        if (get(model) is null && !elements.Any()) return false;
        return Get(model).Replace(elements);
    }
}

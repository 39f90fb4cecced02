using System.ComponentModel;
using Runnel.Client.Models.Forms;

namespace Runnel.Client.Models;

/// <summary>A field whose value is one scalar. For generated code.</summary>
/// <typeparam name="TModel">The model class.</typeparam>
/// <typeparam name="TValue">The property's type.</typeparam>
/// <param name="name">The field's name in events.</param>
/// <param name="property">The property's name in C#.</param>
/// <param name="formerNames">The field's old names.</param>
/// <param name="form">How the value travels.</param>
/// <param name="get">Reads the object's storage as it stands.</param>
/// <param name="set">Writes the object's storage.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ValueField<TModel, TValue>(
    string name, string property, ReadOnlySpan<string> formerNames,
    JsonForm<TValue> form, Func<TModel, TValue> get, Action<TModel, TValue> set)
    : ModelField<TModel>(name, property, formerNames, ModelFieldKind.Value), IValueField<TValue> where TModel : class, ISynced<TModel>
{
    /// <summary>Edits the object; setting what it reads already is no edit, unless it settles concurrent values.</summary>
    public void Set(TModel model, TValue value)
    {
        value = form.Normalize(value);
        var state = model.State;
        ModelLink? link;
        using (var edit = state.Edit())
        {
            link = edit.Link;
            var same = form.Same(get(model), value);
            if (same && !edit.Settles(this)) return;
            link?.Write(this, Delta.Set(form.Write(value)));
            lock (state)
            {
                set(model, value);
                state.KeepUnread(this, null);
            }
            if (same) return;
        }
        Announce(model, link);
    }

    /// <summary>What the property reads.</summary>
    internal TValue Get(TModel model)
    {
        lock (model.State) return get(model);
    }

    TValue IValueField<TValue>.ReadValue(CanonicalJson? json) => form.Read(json);

    CanonicalJson IValueField<TValue>.WriteValue(TValue value) => form.Write(form.Normalize(value));

    internal override CanonicalJson? Write(TModel model)
    {
        if (model.State.Unread(this) is { } unread) return unread;
        var value = get(model);
        return value is null ? null : form.Write(value);
    }

    private protected override bool Store(TModel model, CanonicalJson? value)
    {
        var readable = form.TryReadOrDefault(value, out var read);
        var state = model.State;
        lock (state)
        {
            state.KeepUnread(this, readable ? null : value);
            if (form.Same(get(model), read)) return false;
            set(model, read);
            return true;
        }
    }
}

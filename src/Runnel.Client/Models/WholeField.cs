using System.ComponentModel;
using Runnel.Client.Models.Forms;

namespace Runnel.Client.Models;

/// <summary>
/// A field whose value is a list or a nested object, replaced as a whole. For generated code. The object keeps the JSON, so nobody can
/// change it from outside: what can be changed in place is read as a copy.
/// </summary>
/// <typeparam name="TModel">The model class.</typeparam>
/// <typeparam name="TValue">The property's type.</typeparam>
/// <param name="name">The field's name in events.</param>
/// <param name="property">The property's name in C#.</param>
/// <param name="formerNames">The field's old names.</param>
/// <param name="form">How the value travels.</param>
/// <param name="get">Reads the object's storage; <c>null</c> for an absent value.</param>
/// <param name="set">Writes the object's storage.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WholeField<TModel, TValue>(
    string name, string property, ReadOnlySpan<string> formerNames,
    JsonForm<TValue> form, Func<TModel, WholeValue<TValue>?> get, Action<TModel, WholeValue<TValue>?> set)
    : ModelField<TModel>(name, property, formerNames, ModelFieldKind.Value), IValueField<TValue> where TModel : class, ISynced<TModel>
{
    /// <summary>What <paramref name="whole"/> reads as.</summary>
    public TValue Get(WholeValue<TValue>? whole)
    {
        if (whole is null) return form.Default;
        return form.IsImmutable ? whole.Value : form.Read(whole.Json);
    }

    /// <summary>Edits the object; setting what it reads already is no edit, unless it settles concurrent values.</summary>
    public void Set(TModel model, TValue value)
    {
        var plain = form.Write(value);
        var state = model.State;
        ModelLink? link;
        using (var edit = state.Edit())
        {
            link = edit.Link;
            var old = get(model);
            var same = form.Write(Get(old)) == plain;
            if (same && !edit.Settles(this)) return;
            var json = old is null ? plain : form.WriteOver(value, old.Json);
            link?.Write(this, Delta.Set(json));
            lock (state) set(model, new WholeValue<TValue>(json, form.Read(json)));
            if (same) return;
        }
        Announce(model, link);
    }

    TValue IValueField<TValue>.ReadValue(CanonicalJson? json) => form.Read(json);

    CanonicalJson IValueField<TValue>.WriteValue(TValue value) => form.Write(form.Normalize(value));

    internal override CanonicalJson? Write(TModel model)
    {
        if (get(model) is { } whole) return whole.Json == CanonicalJson.Null ? null : whole.Json;
        var value = form.Default;
        return value is null ? null : form.Write(value);
    }

    private protected override bool Store(TModel model, CanonicalJson? value)
    {
        var old = get(model);
        if (old?.Json == value) return false;
        var whole = value is { } json ? new WholeValue<TValue>(json, form.Read(json)) : null;
        lock (model.State) set(model, whole);
        return form.Write(Get(old)) != form.Write(Get(whole));
    }
}

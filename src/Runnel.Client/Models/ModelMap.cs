using System.ComponentModel;

namespace Runnel.Client.Models;

/// <summary>A model class's collection and fields: how its objects stand to events. Never changes.</summary>
/// <typeparam name="TModel">The model class.</typeparam>
public sealed class ModelMap<TModel> where TModel : class, ISynced<TModel>
{
    private readonly Func<TModel> _create;
    private readonly PropertyChangedEventArgs? _keyChange;
    private readonly Dictionary<FieldName, ModelField<TModel>[]> _byName;

    /// <summary>Makes a map. For generated code.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="create">Makes a detached object.</param>
    /// <param name="keyProperty">The property that shows the id; <c>null</c> for none.</param>
    /// <param name="fields">The fields, in the order of their declaration.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ModelMap(string collection, Func<TModel> create, string? keyProperty, IReadOnlyList<ModelField<TModel>> fields)
    {
        Collection = CollectionName.Parse(collection);
        Fields = [.. fields];
        _create = create;
        _keyChange = keyProperty is null ? null : new PropertyChangedEventArgs(keyProperty);
        _byName = Fields
            .SelectMany(field => field.FormerNames.Prepend(field.Name), (field, name) => (field, name))
            .GroupBy(pair => pair.name, pair => pair.field)
            .ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>The collection of the objects.</summary>
    public CollectionName Collection { get; }

    /// <summary>The fields, in the order of their declaration.</summary>
    public IReadOnlyList<ModelField<TModel>> Fields { get; }

    /// <summary>The fields that read <paramref name="name"/>, as their own or as a former name: those to apply when it changes.</summary>
    internal IReadOnlyList<ModelField<TModel>> FieldsThatRead(FieldName name) => _byName.TryGetValue(name, out var fields) ? fields : [];

    /// <summary>Makes a detached object that reads what <paramref name="shown"/> says of each field, and nothing else.</summary>
    internal TModel Create(Func<FieldName, CanonicalJson?> shown)
    {
        var model = _create();
        foreach (var field in Fields) field.Apply(model, field.Pick(shown));
        return model;
    }

    /// <summary>
    /// Ties a new object to its owner, whose gate is held, and says what its insert has to say: every field but those that are <c>null</c> or
    /// an empty set. Whatever another thread sets is either in that, or an edit of its own.
    /// </summary>
    /// <exception cref="InvalidOperationException">The object has an owner.</exception>
    /// <exception cref="FormatException">A value nests too deep to be sent; the object has no owner.</exception>
    internal EventFields AttachNew(TModel model, ModelLink link)
    {
        lock (model.State)
        {
            model.State.Attach(link);
            try
            {
                return WriteAll(model);
            }
            catch
            {
                model.State.Detach();
                throw;
            }
        }
    }

    /// <summary>The field of a property; <c>null</c> if it has none.</summary>
    internal ModelField<TModel>? FieldOf(string property) => Fields.FirstOrDefault(field => field.PropertyName == property);

    /// <summary>Tells the object's listeners that its id changed, on this thread; due after <see cref="AttachNew"/>. Hold no lock.</summary>
    internal void RaiseKey(TModel model)
    {
        if (_keyChange is not null) model.State.Raise(model, _keyChange);
    }

    private EventFields WriteAll(TModel model)
    {
        var changes = new List<FieldChange>(Fields.Count);
        foreach (var field in Fields)
        {
            if (field.Write(model) is { } value) changes.Add(new FieldChange(field.Name, Delta.Set(value)));
        }
        return EventFields.Create(changes);
    }
}

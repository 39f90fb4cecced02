using System.ComponentModel;
using System.Diagnostics;

namespace Runnel.Client.Models;

/// <summary>A field of a model class. Never changes.</summary>
public abstract class ModelField
{
    private readonly PropertyChangedEventArgs _change;

    private protected ModelField(string name, string property, ReadOnlySpan<string> formerNames, ModelFieldKind kind)
    {
        Name = FieldName.Parse(name);
        var former = new FieldName[formerNames.Length];
        for (var i = 0; i < former.Length; i++) former[i] = FieldName.Parse(formerNames[i]);
        FormerNames = former;
        Kind = kind;
        _change = new PropertyChangedEventArgs(property);
    }

    /// <summary>The field's name in events; edits go there.</summary>
    public FieldName Name { get; }

    /// <summary>The names that are read, in this order, where the field is absent.</summary>
    public IReadOnlyList<FieldName> FormerNames { get; }

    /// <summary>The property's name in C#.</summary>
    public string PropertyName => _change.PropertyName!;

    /// <summary>How the field's edits are said.</summary>
    public ModelFieldKind Kind { get; }

    /// <summary>The field's name in events.</summary>
    public override string ToString() => Name.Value;

    /// <summary>Finds the value to <see cref="ModelField{TModel}.Apply"/>, asking for the field's own name first, then for its former ones.</summary>
    internal CanonicalJson? Pick(Func<FieldName, CanonicalJson?> shown)
    {
        if (shown(Name) is { } value) return value;
        foreach (var name in FormerNames)
        {
            if (shown(name) is { } former) return former;
        }
        return null;
    }

    /// <summary>Tells the object's listeners that it reads another value, on this thread. Hold no lock.</summary>
    internal virtual void Raise(ISynced model) => model.State.Raise(model, _change);

    /// <summary>Tells whoever is concerned that an edit changed what the object reads.</summary>
    private protected void Announce(ISynced model, ModelLink? link)
    {
        if (link is null) Raise(model);
        else link.Changed(model, this);
    }
}

using Runnel.Client.Models;

namespace Runnel.Client.Tests.Models;

/// <summary>Owns objects as a collection does, and remembers their edits.</summary>
internal sealed class Owner
{
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>What was written, as <c>field delta</c>, oldest first.</summary>
    public List<string> Written { get; } = [];

    /// <summary>Fields beside whose value others stand.</summary>
    public HashSet<string> WithSiblings { get; } = [];

    /// <summary>What the next write throws.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Takes a new object over, as an insert does.</summary>
    public EventFields Insert<T>(T model) where T : class, ISynced<T>
    {
        EventFields fields;
        lock (_gate) fields = T.Map.AttachNew(model, NewLink(T.Map.Collection, model.State.Id));
        T.Map.RaiseKey(model);
        return fields;
    }

    /// <summary>Makes an object of what another device wrote, as the replica does.</summary>
    public T Load<T>(string json) where T : class, ISynced<T>
    {
        var shown = CanonicalJson.Parse(json).Members().ToDictionary(member => FieldName.Parse(member.Key), member => member.Value);
        var model = T.Map.Create(name => shown.TryGetValue(name, out var value) ? value : null);
        lock (_gate) model.State.Attach(NewLink(T.Map.Collection, null));
        return model;
    }

    /// <summary>Shows an object a field's new value, as an event from elsewhere does; whether it reads differently.</summary>
    public bool Apply<T>(T model, string field, string? json) where T : class, ISynced<T>
    {
        var changed = new List<ModelField<T>>();
        lock (_gate)
        {
            foreach (var reading in T.Map.FieldsThatRead(FieldName.Parse(field)))
            {
                if (reading.Apply(model, json is null ? null : CanonicalJson.Parse(json))) changed.Add(reading);
            }
        }
        foreach (var reading in changed) reading.Raise(model);
        return changed.Count > 0;
    }

    /// <summary>Does something while no edit of an attached object can.</summary>
    public void WhileGateIsHeld(Action action)
    {
        lock (_gate) action();
    }

    /// <summary>Lets an object go.</summary>
    public void Remove<T>(T model) where T : class, ISynced<T>
    {
        lock (_gate) model.State.Detach();
    }

    private Link NewLink(CollectionName collection, string? id) => new(this, new ObjectKey(collection, ObjectId.Parse(id ?? $"id{++_count}")));

    private sealed class Link(Owner owner, ObjectKey key) : ModelLink(key, owner._gate)
    {
        public override void Write(ModelField field, Delta delta)
        {
            Assert.True(Gate.IsHeldByCurrentThread);
            if (owner.Failure is { } failure) throw failure;
            owner.Written.Add($"{field} {delta}");
        }

        public override bool HasSiblings(ModelField field) => owner.WithSiblings.Contains(field.Name.Value);

        public override void Changed(ISynced model, ModelField field)
        {
            Assert.False(Gate.IsHeldByCurrentThread);
            base.Changed(model, field);
        }
    }
}

namespace Runnel.Client.Tests.Replica;

/// <summary>Short words for what tests edit.</summary>
internal static class Edits
{
    public static readonly CollectionName Task = CollectionName.Parse("task");

    public static ObjectKey Key(string id) => new(Task, ObjectId.Parse(id));

    public static EventFields Set(string field, string text) => EventFields.Create([new FieldChange(FieldName.Parse(field), Delta.Set(CanonicalJson.FromString(text)))]);

    public static EventFields Inc(string field, long amount) => EventFields.Create([new FieldChange(FieldName.Parse(field), Delta.Inc(amount))]);

    public static EventDraft Update(string id, string title, long? clientSeq = null, long? preceding = null, string field = "title") =>
        new(clientSeq, preceding is { } seq ? new Seq(seq) : null, EventOp.Update, Key(id), Set(field, title));

    public static EventDraft Insert(string id, string title = "milk") => new(null, null, EventOp.Insert, Key(id), Set("title", title));
}

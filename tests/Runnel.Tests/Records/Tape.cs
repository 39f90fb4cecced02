using Runnel.Records;

namespace Runnel.Tests.Records;

/// <summary>A stream written down by hand, event after event; all events are about one object unless they say otherwise.</summary>
internal sealed class Tape
{
    private readonly List<StreamEvent> _events = [];

    public IReadOnlyList<StreamEvent> Events => _events;

    public Tape Insert(string stamp, string fields = "{}", string id = "x", bool blind = false) => Add(stamp, EventOp.Insert, fields, id, blind);

    public Tape Update(string stamp, string fields, string id = "x", bool blind = false) => Add(stamp, EventOp.Update, fields, id, blind);

    public Tape Delete(string stamp, string id = "x") => Add(stamp, EventOp.Delete, "{}", id, blind: false);

    /// <summary>What apps see of <c>x</c>; "nothing" if it does not exist.</summary>
    public string Read(StreamSettings? settings = null)
    {
        var records = Play(settings);
        return records.TryFind(Key("x"), out var record) && record.Visible is { } fields ? fields.ToString() : "nothing";
    }

    public RecordSet Play(StreamSettings? settings = null) => _events.Play(settings ?? Rules.Causal);

    public static ObjectKey Key(string id) => new(CollectionName.Parse("task"), ObjectId.Parse(id));

    /// <summary>An event by its stamp, written <c>A2@5</c>: client A's second, made when it had seen the prefix up to 5.</summary>
    public static StreamEvent Event(long seq, string stamp, EventOp op, string fields, string id = "x", bool blind = false)
    {
        var (author, precedingSeq) = (stamp.Split('@')[0], long.Parse(stamp.Split('@')[1]));
        Assert.True(EventFields.TryParse(CanonicalJson.Parse(fields), out var parsed, out var error), error);
        return new StreamEvent(
            new Seq(seq), ClientId.Parse(author[..1]), default, new Event(long.Parse(author[1..]), new Seq(precedingSeq), op, Key(id), parsed, blind));
    }

    private Tape Add(string stamp, EventOp op, string fields, string id, bool blind)
    {
        _events.Add(Event(_events.Count + 1, stamp, op, fields, id, blind));
        return this;
    }
}

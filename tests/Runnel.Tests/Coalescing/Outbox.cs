using Runnel.Coalescing;
using Runnel.Records;
using Runnel.Tests.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>An author's outbox for one object, written down by hand.</summary>
internal sealed class Outbox(StreamSettings? settings = null, Tape? confirmed = null)
{
    private readonly StreamSettings _settings = settings ?? Rules.Causal;
    private readonly List<PendingEvent> _pending = [];
    private Record? _confirmed = confirmed?.Play(settings ?? Rules.Causal).TryFind(Tape.Key("x"), out var record) == true ? record : null;
    private long _lastClientSeq = 100;   // the confirmed ones may be the author's too
    private long _precedingSeq = confirmed?.Events.Count ?? 0;

    public long? Batch { get; set; }

    public IEnumerable<string> Pending => _pending.Select(Write);

    public Coalesced Insert(string fields = "{}", bool blind = false) => Add(EventOp.Insert, fields, blind);

    public Coalesced Update(string fields, bool blind = false) => Add(EventOp.Update, fields, blind);

    public Coalesced Delete(bool blind = false) => Add(EventOp.Delete, "{}", blind);

    public void Freeze()
    {
        for (var i = 0; i < _pending.Count; i++) _pending[i] = _pending[i] with { IsFrozen = true };
    }

    /// <summary>Reconciles another's event.</summary>
    public void Arrive(StreamEvent arrived)
    {
        _precedingSeq = arrived.Seq.Value;
        _confirmed ??= new Record(_settings, arrived.Event.Key.Collection);
        _confirmed.Apply(arrived);
    }

    private Coalesced Add(EventOp op, string fields, bool blind)
    {
        var edit = new PendingEvent(Tape.Event(0, $"M{++_lastClientSeq}@{_precedingSeq}", op, fields, blind: blind), Batch: Batch);
        var coalesced = Coalescer.Add(_settings, _confirmed, _pending, edit);
        if (coalesced is Coalesced.Replace or Coalesced.Withdraw) _pending.RemoveAt(_pending.Count - 1);
        var left = (coalesced as Coalesced.Append)?.Event ?? (coalesced as Coalesced.Replace)?.Event;
        if (left is not null) _pending.Add(edit with { Event = edit.Event with { Event = left } });
        return coalesced;
    }

    private static string Write(PendingEvent pending) =>
        $"{pending.Event.Event.Op.ToString().ToLowerInvariant()} {(pending.Event.Event.Op == EventOp.Delete ? "" : pending.Event.Event.Fields)}".TrimEnd();
}

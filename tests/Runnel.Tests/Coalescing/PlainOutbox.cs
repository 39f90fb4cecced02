using Runnel.Coalescing;
using Runnel.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>An outbox that keeps every edit as it was made, but for what came to nothing in the coalescing one.</summary>
internal sealed class PlainOutbox(TracedOutbox coalescing) : IOutbox
{
    private readonly List<StreamEvent> _pending = [];
    private int _frozen;

    public IEnumerable<StreamEvent> Pending => _pending;

    public IEnumerable<StreamEvent> Frozen => _pending.Take(_frozen);

    public void Add(int number, Record? confirmed, PendingEvent edit)
    {
        if (coalescing.Left(number, edit.Event.Event) is { } left) _pending.Add(edit.Event with { Event = left });
    }

    public void Freeze() => _frozen = _pending.Count;

    public void Remove(Event reconciled) => _frozen -= _pending.RemoveAll(pending => pending.Event == reconciled);
}

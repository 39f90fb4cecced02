using Runnel.Coalescing;
using Runnel.Records;

namespace Runnel.Tests.Coalescing;

/// <summary>An author's outbox, coalescing or not.</summary>
internal interface IOutbox
{
    /// <summary>All its events, in order.</summary>
    IEnumerable<StreamEvent> Pending { get; }

    /// <summary>Those that may have been sent, in order.</summary>
    IEnumerable<StreamEvent> Frozen { get; }

    /// <summary>Takes the edit numbered <paramref name="number"/>.</summary>
    void Add(int number, Record? confirmed, PendingEvent edit);

    void Freeze();

    /// <summary>Lets an event go that has been reconciled.</summary>
    void Remove(Event reconciled);
}

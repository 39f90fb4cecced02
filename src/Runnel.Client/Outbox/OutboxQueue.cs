using Runnel.Protocol;

namespace Runnel.Client.Outbox;

/// <summary>
/// Looks at an outbox as atoms, each of which is sent whole: a batch, or an event in none. What rests on a rejected event waits: the
/// later atoms of its object, and in turn what rests on those.
/// </summary>
internal readonly struct OutboxQueue(IEnumerable<PendingEvent> events)
{
    // What the server counts of an event beside its fields and names.
    private const int EnvelopeBytes = 96;

    /// <summary>The next atoms that wait for nothing and have no number, as many as fit; one at least, if there is one.</summary>
    public List<PendingEvent> Take(int atomLimit, ProtocolLimits limits)
    {
        var taken = new List<PendingEvent>();
        var (atoms, bytes) = (0, 0);
        foreach (var atom in Split().Free)
        {
            if (atom[0].IsFrozen) continue;
            bytes += atom.Sum(SizeOf);
            var isFull = atoms == atomLimit || taken.Count + atom.Count > limits.BatchEvents || bytes > limits.BatchBytes;
            if (taken.Count > 0 && isFull) break;
            taken.AddRange(atom);
            atoms++;
        }
        return taken;
    }

    /// <summary>The events that wait for somebody to decide about a rejected one, in order.</summary>
    public IReadOnlyList<PendingEvent> Blocked() => [.. Split().Blocked.SelectMany(atom => atom)];

    /// <summary>How many atoms <paramref name="events"/> make.</summary>
    public static int CountAtoms(IEnumerable<PendingEvent> events) => Atoms(events).Count();

    private (List<List<PendingEvent>> Free, List<List<PendingEvent>> Blocked) Split()
    {
        var (free, blocked) = (new List<List<PendingEvent>>(), new List<List<PendingEvent>>());
        var stuck = new HashSet<ObjectKey>();
        foreach (var atom in Atoms(events))
        {
            if (atom[0].Rejection is null && !atom.Any(pending => stuck.Contains(pending.Key)))
            {
                free.Add(atom);
                continue;
            }
            stuck.UnionWith(atom.Select(pending => pending.Key));
            if (atom[0].Rejection is null) blocked.Add(atom);
        }
        return (free, blocked);
    }

    private static IEnumerable<List<PendingEvent>> Atoms(IEnumerable<PendingEvent> events)
    {
        var atom = new List<PendingEvent>();
        foreach (var pending in events)
        {
            if (atom.Count > 0 && !AreOne(atom[^1], pending))
            {
                yield return atom;
                atom = [];
            }
            atom.Add(pending);
        }
        if (atom.Count > 0) yield return atom;
    }

    private static bool AreOne(PendingEvent left, PendingEvent right) =>
        left.Batch is not null && left.Batch == right.Batch && left.Rejection is null == right.Rejection is null && left.IsFrozen == right.IsFrozen;

    private static int SizeOf(PendingEvent pending) =>
        EnvelopeBytes + pending.Draft.Fields.Wire.Utf8.Length + pending.Key.Collection.Value.Length + System.Text.Encoding.UTF8.GetByteCount(pending.Key.Id.Value);
}
